// Instances of the IREE backend: one VM context, with its state.
#pragma once

#include <memory>

#include "backend/iree/buffer.h"
#include "backend/iree/executable.h"

namespace tundish::iree {

class IreeInstance final : public Instance {
 public:
  static Result<std::unique_ptr<Instance>> create(std::shared_ptr<const IreeExecutable> executable,
                                                  ContextHandle context);

  Result<std::vector<Tensor>> run(std::string_view function,
                                  std::span<const Tensor> inputs) override;
  Status run_into(std::string_view function, std::span<const Tensor> inputs,
                  std::span<Tensor> outputs) override;
  Result<BufferRef> import(const Tensor& tensor) override;
  Result<std::unique_ptr<Call>> prepare(std::string_view function,
                                        std::span<const BufferRef> inputs) override;
  Result<Submission> submit(std::string_view function, std::span<const BufferRef> inputs,
                            std::span<const EventRef> wait) override;

 private:
  class BoundCall;
  struct State;  // the context and its timeline; shared with the calls that were prepared

  explicit IreeInstance(std::shared_ptr<State> state) : state_(std::move(state)) {}
  Result<std::unique_ptr<BoundCall>> bind(std::string_view function,
                                          std::span<const BufferRef> inputs);
  Result<std::unique_ptr<BoundCall>> run_bound(std::string_view function,
                                               std::span<const Tensor> inputs);

  std::shared_ptr<State> state_;
};

}  // namespace tundish::iree
