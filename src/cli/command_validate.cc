// tundish validate: will compare results with a reference; nothing here can do that yet.
#include "cli/context.h"

namespace tundish::cli {

void add_validate_command(CLI::App& app, Context& context) {
  CLI::App* command = add_command(
      app, context, "validate", "Compare a model's results with a reference (not in this build)",
      "tundish validate model.mlir --target cpu", [] {
        return unimplemented(
            "validate needs the reference backend, which this build does not have; until then "
            "compare the results of `tundish run MODEL --output FILE.npy` with your own");
      });
  // Every option of the coming command is taken, so that scripts get exit code 3 and not 2.
  command->fallthrough(false);
  command->allow_extras();
}

}  // namespace tundish::cli
