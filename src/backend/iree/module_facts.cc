#include "backend/iree/module_facts.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace tundish::iree {
namespace {

constexpr int64_t kSmallConstantBytes = 1024;

// Reads one module: a visitor with the library at hand.
class FactReader {
 public:
  explicit FactReader(const MlirLibrary& mlir) : mlir_(mlir) {}

  ModuleFacts read(MlirOperation module) {
    mlir_.mlirOperationWalk(
        module,
        [](MlirOperation operation, void* self) {
          static_cast<FactReader*>(self)->visit(operation);
          return kMlirWalkAdvance;
        },
        this, kMlirWalkPreOrder);
    return std::move(facts_);
  }

 private:
  // Portable artifacts spell each op with a version: vhlo.add_v1 is stablehlo.add, vhlo.func_v1 is
  // func.func.
  std::string name_of(MlirOperation operation) const {
    std::string name(view(mlir_.mlirIdentifierStr(mlir_.mlirOperationGetName(operation))));
    if (!name.starts_with("vhlo.")) return name;
    name = name.substr(5, name.rfind("_v") - 5);
    const bool is_func = name == "func" || name == "return" || name == "call";
    return (is_func ? "func." : "stablehlo.") + name;
  }

  std::string attribute_text(MlirOperation operation, std::string_view name) const {
    MlirAttribute attribute = mlir_.mlirOperationGetAttributeByName(operation, mlir_ref(name));
    return attribute.ptr == nullptr ? "" : printed(mlir_.mlirAttributePrint, attribute);
  }

  // "!vhlo.tensor_v1<4x!vhlo.f32_v1>" → "tensor<4xf32>".
  static std::string without_vhlo(std::string text) {
    constexpr std::string_view kPrefix = "!vhlo.";
    for (size_t at = text.find(kPrefix); at != std::string::npos; at = text.find(kPrefix, at)) {
      text.erase(at, kPrefix.size());
      const size_t version = text.find("_v", at);
      if (version == std::string::npos) break;
      size_t end = version + 2;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
      text.erase(version, end - version);
    }
    return text;
  }

  // The text of a string attribute, in func's form or in VHLO's: #vhlo.string_v1<"main">.
  std::string string_attribute(MlirOperation operation, std::string_view name) const {
    MlirAttribute attribute = mlir_.mlirOperationGetAttributeByName(operation, mlir_ref(name));
    if (attribute.ptr == nullptr) return "";
    if (mlir_.mlirAttributeIsAString(attribute)) {
      return std::string(view(mlir_.mlirStringAttrGetValue(attribute)));
    }
    const std::string text = printed(mlir_.mlirAttributePrint, attribute);
    const size_t open = text.find('"');
    const size_t close = text.rfind('"');
    return open < close ? text.substr(open + 1, close - open - 1) : "";
  }

  std::optional<TensorType> tensor_type(MlirType type) const {
    auto parsed = TensorType::parse(without_vhlo(printed(mlir_.mlirTypePrint, type)));
    if (!parsed.has_value()) return std::nullopt;
    return *std::move(parsed);
  }
  std::optional<TensorType> operand_type(MlirOperation operation, int index) const {
    if (index >= mlir_.mlirOperationGetNumOperands(operation)) return std::nullopt;
    return tensor_type(mlir_.mlirValueGetType(mlir_.mlirOperationGetOperand(operation, index)));
  }

  // Whether operand `index` is a constant, also behind ops that only rearrange or convert it.
  bool is_constant_operand(MlirOperation operation, int index) const {
    MlirValue value = mlir_.mlirOperationGetOperand(operation, index);
    for (int hops = 0; hops < 4 && mlir_.mlirValueIsAOpResult(value); ++hops) {
      MlirOperation owner = mlir_.mlirOpResultGetOwner(value);
      const std::string name = name_of(owner);
      if (name == "stablehlo.constant" || name == "arith.constant") return true;
      const bool rearranges = name == "stablehlo.convert" || name == "stablehlo.transpose" ||
                              name == "stablehlo.reshape" || name == "stablehlo.broadcast_in_dim";
      if (!rearranges) return false;
      value = mlir_.mlirOperationGetOperand(owner, 0);
    }
    return false;
  }

  void visit(MlirOperation operation) {
    const std::string name = name_of(operation);
    if (name == "builtin.module") return;
    if (name == "func.func") return visit_function(operation);
    if (name == "func.return" || name == "stablehlo.return") return;
    ++facts_.op_counts[name];
    visit_results(operation, name == "stablehlo.constant" || name == "arith.constant");
    if (name == "stablehlo.dot_general" || name == "stablehlo.dot" || name == "linalg.matmul") {
      visit_dot(operation);
    } else if (name == "stablehlo.convolution") {
      visit_convolution(operation);
    } else if (name == "stablehlo.reduce" || name == "stablehlo.reduce_window") {
      ++facts_.reduction_count;
    }
  }

  void visit_function(MlirOperation operation) {
    const std::string visibility = string_attribute(operation, "sym_visibility");
    if (!visibility.empty() && visibility != "public") return;
    MlirBlock body = mlir_.mlirRegionGetFirstBlock(mlir_.mlirOperationGetRegion(operation, 0));
    if (body.ptr == nullptr) return;  // declared elsewhere
    FunctionSignature function;
    function.name = string_attribute(operation, "sym_name");
    for (intptr_t i = 0; i < mlir_.mlirBlockGetNumArguments(body); ++i) {
      if (auto input = tensor_type(mlir_.mlirValueGetType(mlir_.mlirBlockGetArgument(body, i)))) {
        see_type(*input);
        function.inputs.push_back({"", *std::move(input)});
      }
    }
    MlirOperation last = mlir_.mlirBlockGetTerminator(body);
    for (intptr_t i = 0; last.ptr != nullptr && i < mlir_.mlirOperationGetNumOperands(last); ++i) {
      if (auto result = operand_type(last, static_cast<int>(i))) {
        function.results.push_back({"", *std::move(result)});
      }
    }
    facts_.signature.functions.push_back(std::move(function));
  }

  void see_type(const TensorType& type) {
    if (!type.is_static()) {
      facts_.has_dynamic_shapes = true;
      return;
    }
    const int64_t elements = type.shape.element_count().value_or(0);
    facts_.largest_tensor_elements = std::max(facts_.largest_tensor_elements, elements);
  }

  void visit_results(MlirOperation operation, bool is_constant) {
    for (intptr_t i = 0; i < mlir_.mlirOperationGetNumResults(operation); ++i) {
      const auto type =
          tensor_type(mlir_.mlirValueGetType(mlir_.mlirOperationGetResult(operation, i)));
      if (!type) continue;
      see_type(*type);
      if (!is_constant) continue;
      const auto bytes = static_cast<int64_t>(type->size_bytes().value_or(0));
      if (bytes >= kSmallConstantBytes) facts_.constant_bytes += bytes;
    }
  }

  // The product of the dimensions that `list` ("[1, 2]") names, after `key` in `text`.
  static int64_t product_of(const TensorType& type, std::string_view text, std::string_view key) {
    const size_t at = text.find(key);
    if (at == std::string_view::npos) return 1;
    int64_t product = 1;
    size_t i = text.find('[', at);
    for (++i; i < text.size() && text[i] != ']';) {
      int64_t dim = 0;
      if (text[i] < '0' || text[i] > '9') {
        ++i;
        continue;
      }
      while (i < text.size() && text[i] >= '0' && text[i] <= '9')
        dim = dim * 10 + (text[i++] - '0');
      if (dim < type.shape.rank()) product *= type.shape[static_cast<int>(dim)];
    }
    return product;
  }

  void visit_dot(MlirOperation operation) {
    ++facts_.dot_count;
    if (is_constant_operand(operation, 0) || is_constant_operand(operation, 1)) {
      ++facts_.constant_weight_dots;
    }
    const auto lhs = operand_type(operation, 0);
    const auto rhs = operand_type(operation, 1);
    if (lhs && lhs->element_type == ElementType::kBf16) ++facts_.bf16_dots;
    if (!lhs || !rhs || !lhs->is_static() || !rhs->is_static()) return;
    const std::string numbers = attribute_text(operation, "dot_dimension_numbers");
    int64_t batch = 1;
    int64_t contracted = lhs->shape.rank() > 0 ? lhs->shape[lhs->shape.rank() - 1] : 1;
    if (!numbers.empty()) {
      batch = product_of(*lhs, numbers, "lhs_batching_dimensions");
      contracted = product_of(*lhs, numbers, "lhs_contracting_dimensions");
    }
    const int64_t shared = std::max<int64_t>(1, batch * contracted);
    const int64_t rows = lhs->shape.element_count().value_or(0) / shared;
    const int64_t columns = rhs->shape.element_count().value_or(0) / shared;
    if (rows == 1 || columns == 1) ++facts_.vector_dots;
    facts_.largest_dot_side = std::max({facts_.largest_dot_side, rows, columns, contracted});
    facts_.dot_flops += 2.0 * static_cast<double>(batch) * static_cast<double>(rows) *
                        static_cast<double>(columns) * static_cast<double>(contracted);
  }

  void visit_convolution(MlirOperation operation) {
    ++facts_.convolution_count;
    if (is_constant_operand(operation, 1)) ++facts_.constant_weight_convolutions;
    const std::string numbers = attribute_text(operation, "dimension_numbers");
    if (numbers.find("[b, 0, 1, f]x") != std::string::npos) ++facts_.channels_last_convolutions;
    if (numbers.find("[b, f, 0, 1]x") != std::string::npos) ++facts_.channels_first_convolutions;
    const std::string groups = attribute_text(operation, "feature_group_count");
    if (!groups.empty() && !groups.starts_with("1 ")) ++facts_.depthwise_convolutions;
    const auto kernel = operand_type(operation, 1);
    const auto result =
        tensor_type(mlir_.mlirValueGetType(mlir_.mlirOperationGetResult(operation, 0)));
    if (!kernel || !result || !kernel->is_static() || !result->is_static()) return;
    // Each result element takes one kernel's worth of products: kernel elements per output feature.
    const size_t at = numbers.find("]->[");
    int64_t features = 1;
    int position = 0;
    for (size_t i = at == std::string::npos ? numbers.size() : at + 4;
         i < numbers.size() && numbers[i] != ']'; ++i) {
      if (numbers[i] == 'f' && position < result->shape.rank()) features = result->shape[position];
      if (numbers[i] == ',') ++position;
    }
    facts_.convolution_flops += 2.0 *
                                static_cast<double>(result->shape.element_count().value_or(0)) *
                                static_cast<double>(kernel->shape.element_count().value_or(0)) /
                                static_cast<double>(std::max<int64_t>(1, features));
  }

  const MlirLibrary& mlir_;
  ModuleFacts facts_;
};

}  // namespace

ModuleFacts read_facts(const MlirLibrary& mlir, MlirOperation module) {
  return FactReader(mlir).read(module);
}

}  // namespace tundish::iree
