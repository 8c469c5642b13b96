#include "base/spelling.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tundish {
namespace {

// A longer word is no typing mistake, and the distance is quadratic in it.
constexpr size_t kMaxWordLength = 256;

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

size_t edit_distance(std::string_view a_text, std::string_view b_text) {
  const std::string a = lower_case(a_text);
  const std::string b = lower_case(b_text);
  // Row i of the table holds the distances of a[0, i) to each beginning of b.
  std::vector<size_t> before_previous(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min(
          {previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_previous[j - 2] + 1);
      }
    }
    std::swap(before_previous, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

std::vector<std::string> nearest(std::string_view word, std::span<const std::string> candidates,
                                 size_t count) {
  if (word.empty() || word.size() > kMaxWordLength) return {};
  const std::string wanted = lower_case(word);
  const size_t limit = std::max<size_t>(1, word.size() / 3);
  std::vector<std::pair<size_t, size_t>> found;  // rank, then place among the candidates
  for (size_t i = 0; i < candidates.size(); ++i) {
    const std::string& candidate = candidates[i];
    if (candidate.size() > kMaxWordLength) continue;
    const size_t distance = edit_distance(word, candidate);
    // A beginning ranks behind every near word, shorter completions first.
    const bool is_beginning = word.size() >= 2 && lower_case(candidate).starts_with(wanted);
    if (distance <= limit) {
      found.emplace_back(distance, i);
    } else if (is_beginning) {
      found.emplace_back(limit + candidate.size(), i);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> result;
  for (const auto& [rank, i] : found) {
    if (result.size() == count) break;
    if (std::find(result.begin(), result.end(), candidates[i]) == result.end()) {
      result.push_back(candidates[i]);
    }
  }
  return result;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::vector<std::string> words = nearest(word, candidates);
  if (words.empty()) return "";
  std::string text = "; did you mean ";
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += '"' + words[i] + '"';
  }
  return text + "?";
}

}  // namespace tundish
