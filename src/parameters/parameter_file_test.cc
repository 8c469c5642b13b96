#include "tundish/parameters/parameter_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/file.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"
#include "tundish/tensor/generate.h"

namespace tundish {
namespace {

using File = std::shared_ptr<const ParameterFile>;

Result<File> parse(const std::string& contents) {
  auto copy = std::make_shared<std::string>(contents);
  return ParameterFile::parse(std::as_bytes(std::span(*copy)), "x", copy);
}

std::string safetensors(const std::string& header, size_t data_bytes) {
  const uint64_t size = header.size();
  return std::string(reinterpret_cast<const char*>(&size), 8) + header +
         std::string(data_bytes, '\1');
}

TensorType type_of(const std::string& text) { return *TensorType::parse(text); }

std::vector<NamedTensor> samples(bool every_type) {
  std::vector<NamedTensor> tensors;
  for (const ElementTypeInfo& info : all_element_types()) {
    const bool named = info.bit_width >= 8 && info.type != ElementType::kComplexF64 &&
                       info.name != "f8E3M4" && info.name != "f8E4M3" &&
                       info.name.find("FNUZ") == std::string_view::npos;
    if (!every_type && !named && info.type != ElementType::kI1) continue;
    for (const Shape& shape : {Shape{}, Shape{0, 2}, Shape{3, 5}}) {
      const TensorType type{info.type, shape};
      tensors.push_back({"layer." + type.to_string(), *random_tensor(type, 5)});
    }
  }
  return tensors;
}

void expect_round_trip(const std::string& path, const std::vector<NamedTensor>& tensors) {
  Result<File> file = ParameterFile::open(path);
  ASSERT_TRUE(file.has_value()) << file.error().to_string();
  EXPECT_EQ((*file)->parameters().size(), tensors.size());
  for (const NamedTensor& expected : tensors) {
    Result<Tensor> found = (*file)->tensor(expected.key);
    ASSERT_TRUE(found.has_value()) << found.error().to_string();
    EXPECT_EQ(found->type(), expected.tensor.type());
    EXPECT_FALSE(found->is_writable()) << "in the mapping, not copied: " << expected.key;
    EXPECT_TRUE(std::equal(found->bytes().begin(), found->bytes().end(),
                           expected.tensor.bytes().begin(), expected.tensor.bytes().end()));
    EXPECT_EQ((*file)->digest(*(*file)->find(expected.key)), sha256(expected.tensor.bytes()));
  }
}

TEST(ParameterFileTest, SafetensorsRoundTrip) {
  TemporaryFolder folder = *TemporaryFolder::create();
  const std::vector<NamedTensor> tensors = samples(false);
  EXPECT_GT(tensors.size(), 40u);
  ASSERT_TRUE(write_safetensors(folder.file("a.safetensors"), tensors).ok());
  expect_round_trip(folder.file("a.safetensors"), tensors);
}

TEST(ParameterFileTest, IrpaRoundTripsEveryType) {
  TemporaryFolder folder = *TemporaryFolder::create();
  const std::vector<NamedTensor> tensors = samples(true);
  ASSERT_TRUE(write_irpa(folder.file("a.irpa"), tensors).ok());
  expect_round_trip(folder.file("a.irpa"), tensors);
}

TEST(ParameterFileTest, TensorsKeepTheMappingAlive) {
  TemporaryFolder folder = *TemporaryFolder::create();
  const Tensor tensor = *iota_tensor(type_of("1000xf32"));
  ASSERT_TRUE(write_irpa(folder.file("a"), std::vector<NamedTensor>{{"w", tensor}}).ok());
  Tensor found = *(*ParameterFile::open(folder.file("a")))->tensor("w");
  EXPECT_EQ(found.data<float>()[999], 999.0f);
}

TEST(ParameterFileTest, WritersRefuseWhatReadersWould) {
  TemporaryFolder folder = *TemporaryFolder::create();
  const Tensor tensor = *iota_tensor(type_of("2xf32"));
  const std::vector<NamedTensor> twice = {{"w", tensor}, {"w", tensor}};
  EXPECT_FALSE(write_irpa(folder.file("a"), twice).ok());
  EXPECT_FALSE(write_safetensors(folder.file("a"), twice).ok());
  const std::vector<NamedTensor> narrow = {{"w", *iota_tensor(type_of("2xi4"))}};
  EXPECT_NE(write_safetensors(folder.file("a"), narrow).message().find("no type i4"),
            std::string::npos);
}

TEST(IrpaTest, ReadsStoredSplatErasedAndLinked) {
  Result<File> file = ParameterFile::open(TUNDISH_PARAMETERS_GOLDEN_DIR "/mixed.irpa");
  ASSERT_TRUE(file.has_value()) << file.error().to_string();
  ASSERT_EQ((*file)->parameters().size(), 5u);
  EXPECT_EQ((*file)->format(), ParameterFormat::kIrpa);
  EXPECT_EQ((*file)->tensor("key0", type_of("4xf32"))->data<float>()[3], 100.1f);
  EXPECT_EQ((*file)->tensor("key1", type_of("5xi8"))->data<int8_t>()[4], 101);
  EXPECT_EQ((*file)->tensor("key2", type_of("i8"))->data<int8_t>()[0], 102);
  const Parameter& splat = *(*file)->find("key3");
  EXPECT_EQ(splat.size_bytes, uint64_t{4096} * 1024 * 8);
  const Tensor expanded = *(*file)->tensor("key3", type_of("4096x1024xi64"));
  EXPECT_EQ(expanded.data<int64_t>()[4096 * 1024 - 1], 103);
  EXPECT_EQ((*file)->digest(splat), sha256(expanded.bytes()));
  EXPECT_EQ((*file)->tensor("key4", type_of("2xi16"))->data<int16_t>()[1], 2);
  EXPECT_EQ((*file)->tensor("key5").error().code(), Code::kNotFound);
  EXPECT_EQ((*file)->tensor("key0").error().code(), Code::kInvalidArgument) << "no type stored";
  EXPECT_EQ((*file)->tensor("key0", type_of("5xf32")).error().code(), Code::kInvalidArgument);
}

TEST(IrpaTest, EveryTruncationIsAnError) {
  const std::string contents = *read_file(TUNDISH_PARAMETERS_GOLDEN_DIR "/mixed.irpa", 1 << 20);
  for (size_t size = 0; size < contents.size(); ++size) {
    EXPECT_FALSE(parse(contents.substr(0, size)).has_value()) << size;
  }
}

// Any 8 bytes of the headers set to an extreme value give a checked list or an error.
TEST(IrpaTest, SurvivesHostileNumbers) {
  const std::string contents = *read_file(TUNDISH_PARAMETERS_GOLDEN_DIR "/mixed.irpa", 1 << 20);
  int refused = 0;
  for (uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{1} << 31, uint64_t{1} << 63,
                         ~uint64_t{0}, ~uint64_t{0} - 63}) {
    for (size_t at = 0; at + 8 <= contents.size(); ++at) {
      std::string hostile = contents;
      std::memcpy(hostile.data() + at, &value, 8);
      Result<File> file = parse(hostile);
      if (!file) {
        ++refused;
        continue;
      }
      for (const Parameter& parameter : (*file)->parameters()) {
        ASSERT_LE(parameter.offset + parameter.bytes.size(), contents.size());
        if (parameter.splat.empty()) (void)(*file)->digest(parameter);
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(SafetensorsTest, ReadsTypesAndMetadata) {
  Result<File> file = parse(safetensors(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},)"
      R"("a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
      R"("c":{"dtype":"Q3_X","shape":[7],"data_offsets":[12,15]}}  )",
      15));
  ASSERT_TRUE(file.has_value()) << file.error().to_string();
  ASSERT_EQ((*file)->parameters().size(), 3u);
  EXPECT_EQ((*file)->parameters()[0].key, "a");
  EXPECT_EQ((*file)->find("a")->type->to_string(), "1x2xf32");
  EXPECT_EQ((*file)->find("b")->size_bytes, 4u);
  EXPECT_FALSE((*file)->find("c")->type.has_value()) << "listed, though of an unknown type";
  EXPECT_EQ((*file)->metadata()[0].second, "pt");
  EXPECT_EQ((*file)->tensor("a", type_of("2x1xf32")).error().code(), Code::kInvalidArgument);
}

TEST(SafetensorsTest, RejectsMalformedHeaders) {
  const std::string f32 = R"("dtype":"F32","shape":[2])";
  for (const std::string& header : std::vector<std::string>{
           "",
           "[]",
           "{",
           "null",
           R"({"a":1})",
           R"({"a":{}})",
           "{\"a\":{" + f32 + "}}",
           "{\"a\":{" + f32 + R"(,"data_offsets":[0]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[8,0]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[0,12]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[-8,0]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[0.0,8.0]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[18446744073709551608,16]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[0,8]},"b":{)" + f32 +
               R"(,"data_offsets":[4,12]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[4,12]}})",
           "{\"a\":{" + f32 + R"(,"data_offsets":[0,8]},"a":{)" + f32 +
               R"(,"data_offsets":[8,16]}})",
           R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})",
           R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
           R"({"a":{"dtype":3,"shape":[2],"data_offsets":[0,8]}})",
           R"({"__metadata__":{"a":1}})",
           R"({"__metadata__":[]})",
           "{\"\xFF\":{" + f32 + R"(,"data_offsets":[0,8]}})",
           std::string(200000, '['),
           "{\"a\":" + std::string(200000, '[')}) {
    Result<File> file = parse(safetensors(header, 8));
    EXPECT_FALSE(file.has_value()) << header.substr(0, 100);
  }
}

TEST(SafetensorsTest, MessagesNameWhatIsWrong) {
  const std::string f32 = R"("dtype":"F32","shape":[2])";
  const Result<File> cut = parse(safetensors("{\"w\":{" + f32 + R"(,"data_offsets":[0,8]}})", 7));
  EXPECT_EQ(cut.error().code(), Code::kDataLoss);
  EXPECT_NE(cut.error().message().find("x: parameter 'w'"), std::string::npos);
  const Result<File> long_file =
      parse(safetensors("{\"w\":{" + f32 + R"(,"data_offsets":[0,8]}})", 9));
  EXPECT_NE(long_file.error().message().find("1 bytes after"), std::string::npos);
  EXPECT_FALSE(parse(std::string(8, '\xFF')).has_value());
  EXPECT_NE(parse("hello").error().message().find("not an .irpa or .safetensors"),
            std::string::npos);
}

}  // namespace
}  // namespace tundish
