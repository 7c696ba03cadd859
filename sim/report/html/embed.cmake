# Writes OUTPUT, a C++ source with the page in two texts, from the files in PAGE and the plotting library's in VEGA:
# cmake -DPAGE=DIR -DVEGA=DIR -DOUTPUT=FILE -P embed.cmake
cmake_minimum_required(VERSION 3.25)

# Of the library, what vega.js and its needs name. The Debian file vega-selection is the module vega-selections.
set(library util canvas time format loader statistics dataflow scale scenegraph expression selection event-selector
    functions runtime parser view transforms view-transforms encode)

# append_module(NAME FILE): the file's text with a `define` of its own, which knows the module's name.
function(append_module name file)
  file(READ "${file}" text)
  string(REGEX REPLACE "\n//# sourceMappingURL=[^\n]*" "" text "${text}")
  set(script "${script}(function (define) {\n${text}\n})(modules.named(\"${name}\"));\n" PARENT_SCOPE)
endfunction()

file(READ "${PAGE}/js/loader.js" script)
foreach(module ${library})
  string(REPLACE "selection" "selections" name "${module}")
  append_module("vega-${name}" "${VEGA}/vega-${module}.min.js")
endforeach()
file(GLOB_RECURSE files RELATIVE "${PAGE}/js" "${PAGE}/js/*.js")
list(REMOVE_ITEM files loader.js)
foreach(file ${files})
  string(REPLACE ".js" "" name "${file}")
  append_module("${name}" "${PAGE}/js/${file}")
endforeach()
if(script MATCHES "</script|\\)page\"")
  message(FATAL_ERROR "a script holds a text that would end it early")
endif()

file(READ "${PAGE}/page.html" page)
file(READ "${PAGE}/page.css" style)
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(FIND "${page}" "@DATA@" data_at)
string(SUBSTRING "${page}" 0 ${data_at} before)
math(EXPR after_at "${data_at} + 6")
string(SUBSTRING "${page}" ${after_at} -1 after)
string(REPLACE "@SCRIPT@" "${script}" after "${after}")

file(WRITE "${OUTPUT}" "#include \"sim/report/html/page_text.h\"

namespace systole {

const char kPageBeforeData[] = R\"page(${before})page\";
const char kPageAfterData[] = R\"page(${after})page\";

}  // namespace systole
")
