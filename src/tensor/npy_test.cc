#include "tundish/tensor/npy.h"

#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "tundish/tensor/generate.h"
#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

const std::string kFolder = std::string(TUNDISH_TENSOR_GOLDEN_DIR) + "/npy/";

TensorType type_of(const char* text) { return *TensorType::parse(text); }

void expect_iota(const Tensor& tensor, const std::string& what) {
  for (int64_t i = 0; i < tensor.element_count(); ++i) {
    const std::byte* element =
        tensor.bytes().data() + static_cast<size_t>(i) * storage_bytes(tensor.element_type());
    double value = static_cast<double>(i);
    if (tensor.element_type() == ElementType::kI1) value = static_cast<double>(i % 2);
    if (is_complex(tensor.element_type())) {
      EXPECT_EQ(load_complex(tensor.element_type(), element).imag(), -value) << what << " " << i;
    }
    if (tensor.element_type() == ElementType::kF8E4M3FN) {
      // 17, 19, ... have too many bits: the file holds their nearest neighbours.
      store_double(ElementType::kF8E4M3FN, value, reinterpret_cast<std::byte*>(&value));
      value = load_double(ElementType::kF8E4M3FN, reinterpret_cast<std::byte*>(&value));
    }
    EXPECT_EQ(load_double(tensor.element_type(), element), value) << what << " " << i;
  }
}

std::string bytes_of(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.bytes().data()), tensor.size_bytes()};
}

std::string file_of(const Tensor& tensor) { return npy_header(tensor.type()) + bytes_of(tensor); }

Result<Tensor> parse(const std::string& contents,
                     const std::optional<TensorType>& expected = std::nullopt) {
  return parse_npy(std::as_bytes(std::span(contents)), "x.npy", expected);
}

// A version 1 file with the given dictionary.
std::string with_dictionary(const std::string& dictionary, size_t data_bytes = 64) {
  std::string file = "\x93NUMPY\x01";
  file += '\0';
  file += static_cast<char>(dictionary.size() & 0xFF);
  file += static_cast<char>(dictionary.size() >> 8);
  return file + dictionary + std::string(data_bytes, '\0');
}

TEST(NpyTest, ReadsWhatNumPyWrites) {
  struct Case {
    const char* file;
    const char* type;
  };
  for (const Case& c : {Case{"f32", "2x3x4xf32"},
                        Case{"f32_fortran", "2x3x4xf32"},
                        Case{"f32_big", "2x3x4xf32"},
                        Case{"f32_big_fortran", "2x3x4xf32"},
                        Case{"f64_version2", "2x3x4xf64"},
                        Case{"f64_version3", "2x3x4xf64"},
                        Case{"f16", "2x3x4xf16"},
                        Case{"i1", "2x3x4xi1"},
                        Case{"i8", "2x3x4xi8"},
                        Case{"ui8", "2x3x4xui8"},
                        Case{"i16_big", "2x3x4xi16"},
                        Case{"i32", "2x3x4xi32"},
                        Case{"i64", "2x3x4xi64"},
                        Case{"ui16", "2x3x4xui16"},
                        Case{"ui64_big", "2x3x4xui64"},
                        Case{"complex_f32", "2x3x4xcomplex<f32>"},
                        Case{"complex_f64_big_fortran", "2x3x4xcomplex<f64>"},
                        Case{"bf16_void", "2x3x4xbf16"},
                        Case{"scalar_f32", "f32"},
                        Case{"empty_f32", "3x0x2xf32"},
                        Case{"vector_i32", "5xi32"},
                        Case{"matrix_fortran_i64", "5x3xi64"}}) {
    Result<Tensor> tensor = read_npy(kFolder + c.file + ".npy");
    ASSERT_TRUE(tensor.has_value()) << tensor.error().to_string();
    EXPECT_EQ(tensor->type().to_string(), c.type) << c.file;
    expect_iota(*tensor, c.file);
  }
}

TEST(NpyTest, TheExpectedTypeTellsBitPatternsApart) {
  for (const char* file : {"bf16_bits", "bf16_void"}) {
    Result<Tensor> tensor = read_npy(kFolder + file + ".npy", type_of("2x?x4xbf16"));
    ASSERT_TRUE(tensor.has_value()) << tensor.error().to_string();
    expect_iota(*tensor, file);
  }
  for (const char* file : {"f8E4M3FN_bits", "f8E4M3FN_void"}) {
    Result<Tensor> tensor = read_npy(kFolder + file + ".npy", type_of("2x3x4xf8E4M3FN"));
    ASSERT_TRUE(tensor.has_value()) << tensor.error().to_string();
    expect_iota(*tensor, file);
  }
  EXPECT_EQ(read_npy(kFolder + "bf16_bits.npy")->element_type(), ElementType::kUi16);
  EXPECT_FALSE(read_npy(kFolder + "f8E4M3FN_void.npy").has_value());
}

TEST(NpyTest, MismatchNamesExpectedAndFound) {
  Result<Tensor> tensor = read_npy(kFolder + "f32.npy", type_of("2x?x4xf64"));
  ASSERT_FALSE(tensor.has_value());
  EXPECT_EQ(tensor.error().code(), Code::kInvalidArgument);
  for (const char* part : {"f32.npy", "found 2x3x4xf32", "expected 2x?x4xf64"}) {
    EXPECT_NE(tensor.error().message().find(part), std::string::npos) << tensor.error().message();
  }
  EXPECT_FALSE(read_npy(kFolder + "f32.npy", type_of("2x4x3xf32")).has_value());
  EXPECT_FALSE(read_npy(kFolder + "i8.npy", type_of("2x3x4xui8")).has_value());
  EXPECT_FALSE(read_npy(kFolder + "ui8.npy", type_of("2x3x4xi1")).has_value());
}

TEST(NpyTest, RefusesArraysThatAreNotNumbers) {
  for (const char* file : {"structured", "text"}) {
    Result<Tensor> tensor = read_npy(kFolder + file + ".npy");
    ASSERT_FALSE(tensor.has_value());
    EXPECT_EQ(tensor.error().code(), Code::kInvalidArgument);
  }
}

TEST(NpyTest, RoundTripsEveryTypeAndShape) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (const ElementTypeInfo& info : all_element_types()) {
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{1}, Shape{5}, Shape{3, 4}, Shape{2, 0, 3},
                               Shape{2, 1, 3, 2}, Shape{1, 1, 1, 1, 1, 1, 1, 2}}) {
      const Tensor tensor = *random_tensor({info.type, shape}, seed);
      const std::string contents = file_of(tensor);
      EXPECT_EQ(npy_header(tensor.type()).size() % 64, 0u);
      Result<Tensor> back = parse(contents, tensor.type());
      ASSERT_TRUE(back.has_value()) << back.error().to_string();
      EXPECT_EQ(back->type(), tensor.type());
      EXPECT_EQ(bytes_of(*back), bytes_of(tensor));
    }
  }
}

TEST(NpyTest, WritesAtomicallyAndReadsBack) {
  Result<TemporaryFolder> folder = TemporaryFolder::create();
  ASSERT_TRUE(folder.has_value());
  const std::string path = folder->path() + "/a.npy";
  const Tensor tensor = *iota_tensor(type_of("300x400xf32"));
  ASSERT_TRUE(write_npy(path, tensor).ok());
  Result<Tensor> back = read_npy(path);
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  EXPECT_FALSE(back->is_writable()) << "large files stay in their mapping";
  EXPECT_EQ(bytes_of(*back), bytes_of(tensor));
  // The mapping of the old file survives its replacement.
  ASSERT_TRUE(write_npy(path, *iota_tensor(type_of("3xi32"))).ok());
  EXPECT_EQ(bytes_of(*back), bytes_of(tensor));
  EXPECT_EQ(read_npy(path)->type().to_string(), "3xi32");
  EXPECT_FALSE(write_npy(folder->path() + "/none/a.npy", tensor).ok());
  EXPECT_EQ(read_npy(folder->path() + "/none.npy").error().code(), Code::kNotFound);
}

TEST(NpyTest, EveryTruncationIsAnError) {
  const std::string contents = file_of(*iota_tensor(type_of("4x5xf64")));
  for (size_t size = 0; size < contents.size(); ++size) {
    Result<Tensor> tensor = parse(contents.substr(0, size));
    ASSERT_FALSE(tensor.has_value()) << size;
    EXPECT_NE(tensor.error().message().find("x.npy"), std::string::npos);
  }
  EXPECT_EQ(parse(contents.substr(0, contents.size() - 1)).error().code(), Code::kDataLoss);
  EXPECT_TRUE(parse(contents).has_value());
}

TEST(NpyTest, RejectsHostileHeaders) {
  const std::string many(200000, '(');
  for (const std::string& dictionary : std::vector<std::string>{
           "",
           "{}",
           "[]",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (-4,), }",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': 1}",
           "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4,)}",
           "{'descr': '<f4', 'fortran_order': 0, 'shape': (4,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': 4}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4 4)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)} trailing",
           "{'descr': '<f3', 'fortran_order': False, 'shape': (4,)}",
           "{'descr': '<f99999999999', 'fortran_order': False, 'shape': (4,)}",
           "{'descr': '|O8', 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '<', 'fortran_order': False, 'shape': (1,)}",
           "{'descr': '<f4",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': " + many.substr(0, 60000)}) {
    EXPECT_FALSE(parse(with_dictionary(dictionary)).has_value()) << dictionary.substr(0, 80);
  }
  std::string ranks = "{'descr': '|i1', 'fortran_order': False, 'shape': (";
  for (int i = 0; i < kMaxRank; ++i) ranks += "1,";
  EXPECT_TRUE(parse(with_dictionary(ranks + ")}")).has_value());
  EXPECT_FALSE(parse(with_dictionary(ranks + "1,)}")).has_value());
}

TEST(NpyTest, RejectsHugeHeaderLengthsAndVersions) {
  std::string file("\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF", 12);
  EXPECT_FALSE(parse(file + std::string(1000, ' ')).has_value());
  file[6] = 9;
  EXPECT_NE(parse(file).error().message().find("version 9"), std::string::npos);
}

TEST(NpyTest, RejectsValuesThatDoNotFitNarrowTypes) {
  const Tensor nine = *Tensor::from_values<int8_t>(type_of("2xi8"), std::vector<int8_t>{1, 9});
  EXPECT_TRUE(parse(file_of(nine), type_of("2xi8")).has_value());
  Result<Tensor> narrow = parse(file_of(nine), type_of("2xi4"));
  ASSERT_FALSE(narrow.has_value());
  EXPECT_NE(narrow.error().message().find("element 1 is 9"), std::string::npos);
  std::string bools = file_of(*Tensor::zeros(type_of("2xi1")));
  bools.back() = 2;
  EXPECT_FALSE(parse(bools).has_value());
}

}  // namespace
}  // namespace tundish
