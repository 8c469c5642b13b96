// Suggestions for misspelt words in error messages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tundish {

// Insertions, deletions, substitutions and swaps of neighbours between the two, case ignored.
size_t edit_distance(std::string_view a, std::string_view b);

// At most `count` of `candidates`, the nearest first: those that `word` is a beginning of, and
// those at most a third of the word's length (at least one edit) away. Empty when nothing is near.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> candidates,
                                 size_t count = 3);

// "; did you mean \"a\" or \"b\"?", or "" when nothing is near: made for appending to a message.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace tundish
