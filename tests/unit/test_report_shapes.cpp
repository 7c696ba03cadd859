#include <catch2/catch.hpp>

#include "sim/report/csv.h"
#include "sim/report/json_shape.h"
#include "sim/report/results_shape.h"
#include "sim/report/sweep_shape.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

std::string misfit_text(const char* json, const char* shape) {
  return misfit(Json::parse(json), Json::parse(shape)).value_or("fits");
}

}  // namespace

TEST_CASE("a shape is an example", "[report]") {
  CHECK(misfit_text(R"({"a": 3, "b": "x", "more": []})", R"({"a": 0, "b": "y"})") == "fits");
  CHECK(misfit_text(R"({})", R"({"a": 0})") == "a is missing");
  CHECK(misfit_text(R"({"a": -3})", R"({"a": 0})") == "a is -3, legal: a whole number");
  CHECK(misfit_text(R"({"a": 3.5})", R"({"a": 0})") == "a is 3.5, legal: a whole number");
  CHECK(misfit_text(R"({"a": 3})", R"({"a": 0.5})") == "fits");
  CHECK(misfit_text(R"({"a": null})", R"({"a": 0.5})") == "a is null, legal: a number");
  CHECK(misfit_text(R"({"a": null})", R"({"a": null})") == "fits");
  CHECK(misfit_text(R"({"a": 0.5})", R"({"a": null})") == "fits");
  CHECK(misfit_text(R"({"a": "x"})", R"({"a": null})") == "a is \"x\", legal: a number or null");
  CHECK(misfit_text(R"({"a": null})", R"({"a": "?"})") == "fits");
  CHECK(misfit_text(R"({"a": 1})", R"({"a": "?"})") == "a is 1, legal: a text or null");
  CHECK(misfit_text(R"({"a": 1})", R"({"a": true})") == "a is 1, legal: true or false");
  CHECK(misfit_text(R"({"a": {}})", R"({"a": []})") == "a is object, legal: a list");
  CHECK(misfit_text(R"({"a": [1, "x", null]})", R"({"a": []})") == "fits");
  CHECK(misfit_text(R"({"a": [1, []]})", R"({"a": []})") == "a[1] is no number or text");
  CHECK(misfit_text(R"({"a": [{"b": 1}, {}]})", R"({"a": [{"b": 0}]})") == "a[1].b is missing");
  CHECK(misfit_text(R"({"a": {"b": 1, "c": 0.5}})", R"({"a": {"b": 0}})") == "fits");
  CHECK(misfit_text(R"({"a": {"b": 1, "c": "x"}})", R"({"a": {"b": 0}})") == "a.c is no number");
  CHECK(misfit_text(R"({"a": 3, "more": []})", R"({"a": 0})") == "more is no number");
  CHECK(misfit_text("[]", "{}") == "it is array, legal: an object");
}

TEST_CASE("results and sweeps that hold nothing are refused by name", "[report]") {
  CHECK(results_misfit(Json::object()) == "tool is missing");
  CHECK(sweep_misfit(Json::object()) == "tool is missing");
}

TEST_CASE("texts in CSV are no formulas, numbers stay numbers", "[report]") {
  const Json rows = Json::array({{{"name", "=1+1"},
                                  {"at", "@a"},
                                  {"plus", "+5"},
                                  {"minus", "-a"},
                                  {"number", "-3.5"},
                                  {"real", -2},
                                  {"plain", "a=b"},
                                  {"=key", 1}}});
  CHECK(layers_csv(rows) == "name,at,plus,minus,number,real,plain,'=key\n'=1+1,'@a,'+5,'-a,-3.5,-2,a=b,1\n");
}

}  // namespace systole
