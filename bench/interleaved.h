// Interleaved comparison: peer, ours, peer, ours …, so that a drift of the machine's speed hits both.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "bench/statistics.h"
#include "tundish/base/status.h"

namespace tundish {

struct Pair {
  std::vector<double> peer;  // seconds of each round
  std::vector<double> ours;
  Comparison ratio;  // ours over peer
};

// `peer` and `ours` do a round each and give its seconds. The first round of each is not counted.
inline Result<Pair> interleave(int rounds, const std::function<Result<double>()>& peer,
                               const std::function<Result<double>()>& ours) {
  Pair pair;
  for (int round = -1; round < rounds; ++round) {
    TUNDISH_ASSIGN(const double theirs, peer());
    TUNDISH_ASSIGN(const double mine, ours());
    if (round < 0) continue;
    pair.peer.push_back(theirs);
    pair.ours.push_back(mine);
  }
  pair.ratio = compare_medians(pair.peer, pair.ours);
  return pair;
}

inline void print_heading() {
  std::printf("| what | peer, ms | Tundish, ms | ratio | 95%% interval |\n|---|---|---|---|---|\n");
}

inline void print_row(const std::string& what, const Pair& pair) {
  std::printf("| %s | %.4g | %.4g | %.3f | %.3f to %.3f |\n", what.c_str(),
              summarize(pair.peer).median * 1e3, summarize(pair.ours).median * 1e3,
              pair.ratio.ratio, pair.ratio.low, pair.ratio.high);
  std::fflush(stdout);
}

}  // namespace tundish
