#include <catch2/catch.hpp>
#include <set>

#include "config_files.h"
#include "sim/sweep/points.h"

namespace systole {
namespace {

SweepPoints points_of(const std::string& text) {
  const ConfigFile file(text);
  const SweepConfig config = load_sweep(file.path());
  SweepSource source(config);
  return expand(config, source, [] {});
}

const std::string kBase = "arch: tiny_2x2\nworkload: tiny\nlayers: gemm\n";

}  // namespace

TEST_CASE("a sweep without axes is one point", "[sweep]") {
  const SweepPoints points = points_of(kBase);
  REQUIRE(points.points.size() == 1);
  CHECK(points.points[0].value("arch") == "tiny_2x2");
  CHECK(points.points[0].value("pe_array.rows").empty());
  CHECK(points.points[0].macs == 64);
}

TEST_CASE("the last axis varies fastest", "[sweep]") {
  const SweepPoints points = points_of(kBase +
                                       "axes: {pe_array.rows: [2, 4], pe_array.cols: [1, 2, 3]}\n"
                                       "zip: {clock_mhz: [500, 600], dma.outstanding: [4, 8]}");
  REQUIRE(points.points.size() == 12);
  std::string order;
  for (const SweepPoint& point : points.points)
    order +=
        point.value("pe_array.rows") + point.value("pe_array.cols") + point.value("dma.outstanding") + " ";
  CHECK(order == "214 218 224 228 234 238 414 418 424 428 434 438 ");
  std::set<std::string> hashes;
  for (const SweepPoint& point : points.points) hashes.insert(point.hash);
  CHECK(hashes.size() == 12);
}

TEST_CASE("points that mean the same are one", "[sweep]") {
  const SweepPoints points =
      points_of(kBase +
                "axes: {pe_array.rows: [2, 3], buffers.input.size: [64KiB, 65536, 65536B]}\n"
                "points: [{residency: dram}, {pe_array.overlap: true}, {pe_array.overlap: false}]");
  CHECK(points.combinations == 18);
  CHECK(points.points.size() == 4);
  CHECK(points.identical == 14);
}

TEST_CASE("conditions see the base, the axes over it, and no illegal point is built that they leave out",
          "[sweep]") {
  const SweepPoints points =
      points_of(kBase +
                "axes: {pe_array.rows: [0, 2, 4], pe_array.mma: [{m: 1, n: 1, k: 1}, {m: 2, n: 1, k: 4}]}\n"
                "where: [pe_array.rows > 0, pe_array.rows * pe_array.cols * pe_array.mma.k <= 16]");
  CHECK(points.left_out == 3);
  REQUIRE(points.points.size() == 3);
  CHECK(points.points[1].value("pe_array.mma") == "{m: 2, n: 1, k: 4}");
}

TEST_CASE("the hash is that of everything that decides the results", "[sweep]") {
  const std::string hash = points_of(kBase).points[0].hash;
  CHECK(points_of(kBase + "name: other").points[0].hash == hash);
  CHECK(points_of(kBase + "seed: 2").points[0].hash != hash);
  CHECK(points_of(kBase + "check: false").points[0].hash != hash);
  CHECK(points_of(kBase + "axes: {algorithm: [implicit_gemm]}").points[0].hash != hash);
  CHECK(points_of(kBase + "axes: {energy: [horowitz_45nm]}").points[0].hash != hash);
}

}  // namespace systole
