#include <catch2/catch.hpp>

#include "sim/config/scalars.h"
#include "sim/config/text.h"

namespace systole {

TEST_CASE("sizes are whole numbers of a binary unit") {
  CHECK(parse_bytes("0") == 0);
  CHECK(parse_bytes("64B") == 64);
  CHECK(parse_bytes("128KiB") == 131072);
  CHECK(parse_bytes("1MiB") == 1048576);
  CHECK(parse_bytes("3GiB") == uint64_t{3} << 30);
  for (const char* bad : {"", "KiB", "1KB", "1.5MiB", "-1", "1 KiB", "0x10", "17179869184GiB", "1e3"}) {
    INFO(bad);
    CHECK_FALSE(parse_bytes(bad));
  }
}

TEST_CASE("a size is spelled so that it reads back") {
  for (uint64_t bytes :
       {uint64_t{0}, uint64_t{1}, uint64_t{1000}, uint64_t{1024}, uint64_t{131072}, uint64_t{5} << 30}) {
    CHECK(parse_bytes(bytes_text(bytes)) == bytes);
  }
  CHECK(bytes_text(131072) == "128KiB");
  CHECK(bytes_text(1000) == "1000B");
}

TEST_CASE("fractions are exact and in lowest terms") {
  const auto is = [](const std::string& text, uint64_t num, uint64_t den) {
    const auto value = parse_fraction(text);
    return value && value->num == num && value->den == den;
  };
  CHECK(is("12.8", 64, 5));
  CHECK(is("64/5", 64, 5));
  CHECK(is("512/15", 512, 15));
  CHECK(is("8", 8, 1));
  CHECK(is("0.000001", 1, 1000000));
  CHECK(is("1066.667", 1066667, 1000));
  for (const char* bad :
       {"", ".", "1.", ".5", "1/0", "1/", "-1", "1e3", "nan", "1.0000000001", "1/2/3", "1.2.3"}) {
    INFO(bad);
    CHECK_FALSE(parse_fraction(bad));
  }
}

TEST_CASE("a fraction is spelled without loss") {
  CHECK(fraction_text({64, 5}) == "12.8");
  CHECK(fraction_text({8, 1}) == "8");
  CHECK(fraction_text({512, 15}) == "512/15");
  CHECK(fraction_text({1, 1000000}) == "0.000001");
  CHECK(fraction_text({1066667, 1000}) == "1066.667");
}

TEST_CASE("reals are finite") {
  CHECK(parse_real("1e-3") == 1e-3);
  CHECK(parse_real("-2.5") == -2.5);
  for (const char* bad : {"", "nan", "inf", "-inf", ".inf", "1e999", "1,5", "1.5x"}) {
    INFO(bad);
    CHECK_FALSE(parse_real(bad));
  }
}

TEST_CASE("the nearest key is offered only when it is near") {
  const std::vector<std::string> keys = {"rows", "cols", "dataflow", "mma"};
  CHECK(nearest("row", keys) == "rows");
  CHECK(nearest("rwos", keys) == "rows");
  CHECK(nearest("Cols", keys) == "cols");
  CHECK(nearest("data_flow", keys) == "dataflow");
  CHECK(nearest("quantum", keys).empty());
  CHECK(nearest("", keys).empty());
}

TEST_CASE("user text in messages stays on one short line") {
  CHECK(quoted("a\nb\x1b") == "'a\\x0ab\\x1b'");
  CHECK(quoted(std::string(1000, 'x')).size() < 70);
}

TEST_CASE("names of layers are safe as file names") {
  CHECK(is_file_name("conv2_1.reduce-3x3+bn"));
  for (const char* bad : {"", ".", "..", "-rf", "a/b", "a b", "caf\xc3\xa9", "a\n"}) {
    INFO(bad);
    CHECK_FALSE(is_file_name(bad));
  }
  CHECK_FALSE(is_file_name(std::string(101, 'a')));
}

}  // namespace systole
