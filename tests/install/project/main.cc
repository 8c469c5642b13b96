// A program outside of Tundish, over the installed C++ headers: compiles a model and runs it.
#include <iostream>
#include <vector>

#include "tundish/api/toolkit.h"

tundish::Status run(const char* path) {
  TUNDISH_ASSIGN(auto toolkit, tundish::Toolkit::create({.use_cache = false}));
  TUNDISH_ASSIGN(auto source, tundish::Source::from_file(path));
  TUNDISH_ASSIGN(auto target, tundish::parse_target("cpu"));
  TUNDISH_ASSIGN(auto outcome, toolkit->compile({.source = source, .target = target}));
  TUNDISH_ASSIGN(auto executable, toolkit->load(outcome.compiled.executable, {}));
  TUNDISH_ASSIGN(auto instance, executable->create_instance());
  const tundish::TensorType type{tundish::ElementType::kF32, {10}};
  const float ones[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  TUNDISH_ASSIGN(auto input, tundish::Tensor::from_values<float>(type, ones));
  TUNDISH_ASSIGN(auto results, instance->run("main", std::vector{input, input}));
  for (float value : results[0].data<float>()) std::cout << value << ' ';
  return {};
}

int main(int, char** argv) {
  const tundish::Status status = run(argv[1]);
  std::cout << '\n' << status.to_string() << '\n';
  return status.ok() ? 0 : 1;
}
