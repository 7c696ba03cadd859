// Each flaw of the files that people have, alone.
#include "import_case.h"

namespace systole {
namespace {

const std::string kConv = "Conv1, 224, 224, 7, 7, 3, 64, 2,";
const std::string kPlain = "a,8,8,3,3,4,6,1,\n";

void check_plain(const std::string& text) {
  const std::vector<Layer> layers = layers_of(text);
  REQUIRE(layers.size() == 1);
  CHECK(layers[0].name == "a");
  CHECK(layers[0].conv.C == 4);
  CHECK(layers[0].conv.H == 8);
  CHECK(layers[0].conv.M == 6);
  CHECK(layers[0].conv.R == 3);
  CHECK(layers[0].conv.P() == 6);
}

}  // namespace

TEST_CASE("import: outputs are rounded up as SCALE-Sim rounds them, by zeros at the lower right",
          "[import]") {
  // ceil((224 - 7) / 2) + 1 = 110 outputs need 109 * 2 + 7 = 225 inputs: one more than there are.
  const Imported imported = topology_of(kConvHeader + kConv);
  const Layer layer = layers_in(imported).at(0);
  CHECK(layer.conv.pad == std::array<uint32_t, 4>{0, 0, 1, 1});
  CHECK(layer.conv.P() == 110);
  CHECK(layer.conv.stride == std::array<uint32_t, 2>{2, 2});
  CHECK(notes_of(imported, 2) == "SCALE-Sim rounds outputs up to 110 x 110: pad [0, 0, 1, 1]");
  CHECK(notes_of(imported, 0).find("1 layer, 113,836,800 MACs|sizes are padded sizes") ==
        0);  // 110^2 * 7^2 * 3 * 64
}

TEST_CASE("import: sizes of the network are padded to outputs of size / stride", "[import]") {
  const TopologyOptions options = {false, true};
  // 112 outputs need 111 * 2 + 7 = 229 inputs: 5 more, 2 before and 3 behind.
  CHECK(layers_of(kConvHeader + kConv, options).at(0).conv.pad == std::array<uint32_t, 4>{2, 2, 3, 3});
  const Layer same = layers_of(kConvHeader + kPlain, options).at(0);
  CHECK(same.conv.pad == std::array<uint32_t, 4>{1, 1, 1, 1});
  CHECK(same.conv.P() == 8);
  // A 1x1 filter of stride 2 needs none: (56 - 1) / 2 + 1 = 28.
  const Layer thin = layers_of(kConvHeader + "a,56,56,1,1,4,6,2,", options).at(0);
  CHECK(thin.conv.pad == std::array<uint32_t, 4>{0, 0, 0, 0});
  CHECK(thin.conv.P() == 28);
  const Imported covered = topology_of(kConvHeader + "a,6,6,6,6,4,6,1,", options);
  CHECK(layers_in(covered).at(0).conv.P() == 1);
  CHECK(notes_of(covered, 2).find("a filter of 6 x 6 covers the input of 6 x 6: no zeros") == 0);
}

TEST_CASE("import: commas at the end, blank lines and lines of commas", "[import]") {
  check_plain(kConvHeader + kPlain);
  check_plain(kConvHeader + "a,8,8,3,3,4,6,1");
  check_plain("\n" + kConvHeader + "\n,,,,,,,,\n" + kPlain + "  \n\t\n");
  check_plain(kConvHeader + " a , 8\t, 8 ,3,3,4,6,1 , , ,\n");
  const std::string bare = kConvHeader.substr(0, kConvHeader.size() - 2);
  check_plain(bare + "\n" + kPlain);
}

TEST_CASE("import: ends of line, byte order marks and non-breaking spaces", "[import]") {
  const std::string text = kConvHeader + kPlain;
  for (const std::string end : {"\r\n", "\r"}) {
    std::string other;
    for (char c : text) other += c == '\n' ? end : std::string(1, c);
    check_plain(other);
  }
  check_plain("\xef\xbb\xbf" + text);
  check_plain(
      "Layer name,\xc2\xa0IFMAP Height,IFMAP Width,Filter Height,Filter Width,Channels,Num Filter,Strides\n" +
      kPlain);
}

TEST_CASE("import: headers vary", "[import]") {
  check_plain("Layer,Ifmap height,ifmap width,filter height,filter width,channel,num filters,strides,\n" +
              kPlain);
  check_plain("Net,Strides,IFMAP H,IFMAP W,Filter H,Filter W,Channels,Filters\na,1,8,8,3,3,4,6\n");
  const Imported widths = topology_of(
      "Layer, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
      "a,700,161,20,5,1,32,2,\n");
  CHECK(layers_in(widths).at(0).conv.H == 700);
  CHECK(layers_in(widths).at(0).conv.W == 161);
  CHECK(notes_of(widths, 1) == "of two columns 'IFMAP Width' the first is taken as the height");
  const Layer product = layers_of("L,K,N,M\na,3,2,1\n").at(0);
  CHECK(product.gemm.m == 1);
  CHECK(product.gemm.n == 2);
  CHECK(product.gemm.k == 3);

  CHECK(topology_error(kPlain).find(
            "1:1: error: no column 'IFMAP Height', legal: Layer name, IFMAP Height") == 0);
  CHECK(topology_error("Layer,M,N\na,1,2").find("1:1: error: no column 'K'") == 0);
  CHECK(topology_error("Layer,M,N,K,K\na,1,2,3,4").find("1:13: error: a second column 'K'") == 0);
  CHECK(topology_error("Layer,M,N,K,Strides\na,1,2,3,4").find("1:1: error: the column 'Strides' beside") ==
        0);
  CHECK(topology_error(kConvHeader.substr(0, kConvHeader.size() - 1) + "Stride H\na,8,8,3,3,4,6,1,1")
            .find("1:1: error: the column 'Stride H' beside") == 0);
  CHECK(topology_error("").find(" error: is empty") == 0);
  CHECK(topology_error(kConvHeader).find(" error: holds no layer") == 0);
}

TEST_CASE("import: a second stride", "[import]") {
  const Imported ninth = topology_of(kConvHeader + "a,9,9,1,1,4,6,2,4,\n");
  CHECK(layers_in(ninth).at(0).conv.stride == std::array<uint32_t, 2>{2, 4});
  CHECK(notes_of(ninth, 2) == "'4' behind the strides is the horizontal stride, as SCALE-Sim takes it");
  const std::string header =
      "Layer name,IFMAP height,IFMAP width,Filter height,Filter width,Channels,Num filter,Stride height,"
      "Stride width,Batch Size,\n";
  const Layer layer = layers_of(header + "a,9,9,1,1,4,6,4,2,3,\n").at(0);
  CHECK(layer.conv.stride == std::array<uint32_t, 2>{4, 2});
  CHECK(layer.conv.N == 3);
}

TEST_CASE("import: columns and cells besides", "[import]") {
  const std::string more = kConvHeader.substr(0, kConvHeader.size() - 1) + ",,Eh,\n";
  const Imported titled = topology_of(more + "a,8,8,3,3,4,6,1,,,110,\n");
  CHECK(notes_of(titled, 1) == "the column 'Eh' is left out");
  CHECK(layers_in(titled).size() == 1);
  const Imported comment = topology_of(kConvHeader + "a,8,8,3,3,4,6,1,#dw\n# b,1,1,1,1,1,1,1\n");
  CHECK(notes_of(comment, 2) == "the comment '#dw' is left out");
  CHECK(notes_of(comment, 3) == "'# b' is no layer and left out");
  CHECK(layers_in(comment).size() == 1);
  CHECK(topology_error(kConvHeader + "a,8,8,3,3,4,6,1,,5\n")
            .find("2:18: error: got '5' in a column without a name, legal: nothing") == 0);
  CHECK(topology_error(kConvHeader + "a,8,8,3,3,4,6,1,dw\n")
            .find("2:17: error: the horizontal stride: got 'dw'") == 0);
}

TEST_CASE("import: headings between layers", "[import]") {
  const Imported imported = topology_of(kConvHeader + "AlexNet,\n" + kPlain);
  CHECK(notes_of(imported, 2) == "'AlexNet' is no layer and left out");
  CHECK(layers_in(imported).size() == 1);
}

TEST_CASE("import: names are made legal, each given once", "[import]") {
  const Imported imported =
      topology_of(kGemmHeader +
                  "1,1,1,1\nEmbedding/Pooling,1,1,1\nQxK',1,1,1\nx,1,1,1\nx,1,1,1\nx_2,1,1,1\n"
                  "x,1,1,1\n,1,1,1\n\xc3\xa4,1,1,1\nno,1,1,1\n");
  std::vector<std::string> names;
  for (const Layer& layer : layers_in(imported)) names.push_back(layer.name);
  CHECK(names == std::vector<std::string>{"1", "Embedding_Pooling", "QxK", "x", "x_2", "x_2_2", "x_3",
                                          "layer_9", "layer_10", "no"});
  CHECK(notes_of(imported, 2).empty());
  CHECK(notes_of(imported, 3) == "the name 'Embedding/Pooling' becomes 'Embedding_Pooling'");
  CHECK(notes_of(imported, 6) == "the name 'x' is taken, it becomes 'x_2'");
  const std::string longest(100, 'n');
  const auto cut = layers_of(kGemmHeader + longest + "nn,1,1,1\n" + longest + ",1,1,1\n");
  CHECK(cut.at(0).name == longest);
  CHECK(cut.at(1).name == longest.substr(0, 98) + "_2");
}

TEST_CASE("import: one filter over several channels", "[import]") {
  const std::string text = kConvHeader + "dw,9,9,3,3,32,1,1,\n";
  const Imported imported = topology_of(text);
  const Layer layer = layers_in(imported).at(0);
  CHECK(layer.conv.G == 32);
  CHECK(layer.conv.C == 32);
  CHECK(layer.conv.M == 32);
  CHECK(notes_of(imported, 2) ==
        "1 filter over 32 channels is depthwise: groups 32, M 32 ('--single-filter dense': one filter)");
  CHECK(notes_of(imported, 0).find("1 layer, 14,112 MACs") == 0);  // 7^2 * 3^2 * 32: both ways the same

  const Imported dense = topology_of(text, {true, false});
  CHECK(layers_in(dense).at(0).conv.G == 1);
  CHECK(layers_in(dense).at(0).conv.M == 1);
  CHECK(notes_of(dense, 2) == "1 filter over 32 channels stays one filter");
  CHECK(notes_of(dense, 0).find("1 layer, 14,112 MACs") == 0);

  CHECK(layers_of(kConvHeader + "fc,1,1,1,1,32,1,1,").at(0).conv.G == 1);
  CHECK(layers_of(kConvHeader + "one,9,9,3,3,1,1,1,").at(0).conv.G == 1);
  const Imported named = topology_of(kConvHeader + "convDP,9,9,3,3,8,2,1,");
  CHECK(layers_in(named).at(0).conv.G == 8);
  CHECK(layers_in(named).at(0).conv.M == 16);
  CHECK(notes_of(named, 2) == "'DP' in the name: depthwise, as SCALE-Sim takes it: groups 8, M 16");
}

TEST_CASE("import: matrix products written as convolutions", "[import]") {
  for (bool padded : {true, false}) {
    const Imported imported = topology_of(kConvHeader + "mlp,128,13,1,13,1,512,1,\n", {padded, true});
    const Layer layer = layers_in(imported).at(0);
    CHECK(layer.type == LayerType::gemm);
    CHECK(layer.gemm.m == 128);
    CHECK(layer.gemm.n == 512);
    CHECK(layer.gemm.k == 13);
    CHECK(notes_of(imported, 2) ==
          "a filter of 1 x 13 over 128 x 13 x 1 is a matrix product: m 128, n 512, k 13");
    CHECK(notes_of(imported, 0).find("1 layer, 851,968 MACs") == 0);
  }
  CHECK(layers_of(kConvHeader + "a,128,14,1,13,1,512,1,\n").at(0).type == LayerType::conv);
  CHECK(layers_of(kConvHeader + "a,128,13,1,13,2,512,1,\n").at(0).type == LayerType::conv);
  CHECK(layers_of(kConvHeader + "a,128,13,2,13,1,512,1,\n").at(0).type == LayerType::conv);
}

TEST_CASE("import: sparsity is told of, and must be one", "[import]") {
  const std::string header = "Layer Name, M, N, K, Sparsity,\n";
  const Imported imported = topology_of(header + "a,3,5,16,3:4,\nb,1,5,16,4:4,\nc,1,1,1,\n");
  CHECK(notes_of(imported, 2) == "the sparsity 3:4 has no counterpart, all weights are kept");
  CHECK(notes_of(imported, 3).empty());
  CHECK(layers_in(imported).size() == 3);
  for (const std::string bad : {"5:4", "0:4", "half", "2", "2:"}) {
    CHECK(topology_error(header + "a,3,5,16," + bad)
              .find("2:10: error: Sparsity: got '" + bad + "', legal: N:M") == 0);
  }
}

TEST_CASE("import: what is no size is found where it stands", "[import]") {
  const std::string legal = ", legal: an integer from 1 to 16777216";
  CHECK(topology_error(kConvHeader + "a, 1, B, 1, 1, H, H, 1,") ==
        "2:7: error: IFMAP Width: got 'B'" + legal);
  CHECK(topology_error(kConvHeader + "a,1,1,1,,1 2,2,1,") == "2:9: error: Filter Width: got nothing" + legal);
  CHECK(topology_error(kConvHeader + "a,8,8,3,3") == "2:9: error: Channels: got nothing" + legal);
  CHECK(topology_error(kConvHeader + "a,8,8,3,3,4,6,0,") == "2:15: error: Strides: got '0'" + legal);
  CHECK(topology_error(kGemmHeader + "a,1,16777217,1") == "2:5: error: N: got '16777217'" + legal);
  CHECK(topology_error(kGemmHeader + "a,1,-1,1") == "2:5: error: N: got '-1'" + legal);
}

TEST_CASE("import: what run would refuse is refused at its line", "[import]") {
  CHECK(topology_error(kConvHeader + kPlain + "b,2,8,3,3,4,6,1,")
            .find("3:7: error: layer 'b': the filter is larger than the padded input") == 0);
  CHECK(
      topology_error(kConvHeader + "a,8,8,3,3,4,6,70000,").find("2:15: error: stride: got '70000', legal:") ==
      0);
  CHECK(topology_error(kConvHeader + "a,8,8,3000,3000,4,6,1,").find("2:7: error: layer 'a': ") == 0);
}

TEST_CASE("import: more MACs than 64 bits hold, more layers than a file", "[import]") {
  std::string text = kGemmHeader;  // 2^51 MACs a layer, 2^13 layers and one more
  for (int i = 0; i < 8193; ++i) text += "a" + std::to_string(i) + ",131072,131072,131072,\n";
  CHECK(notes_of(topology_of(text), 0) == "8193 layers, more than 2^64 MACs");
  text = kGemmHeader;
  for (int i = 0; i < 40000; ++i) text += "a" + std::to_string(i) + ",1,1,1\n";
  CHECK(topology_error(text).find(" error: makes a YAML file of ") == 0);
}

TEST_CASE("import: comments stand above the layer of their line", "[import]") {
  const std::string text = yaml_text(topology_of(kGemmHeader + "a,1,2,3\nb c,4,5,6\n"));
  CHECK(text ==
        "# Made by 'systole import' from net.csv, a SCALE-Sim topology of matrix products.\n"
        "# 2 layers, 126 MACs\n"
        "name: \"net\"\n"
        "layers:\n"
        "  - {name: \"a\", type: gemm, m: 1, n: 2, k: 3}\n"
        "  # line 3: the name 'b c' becomes 'b_c'\n"
        "  - {name: \"b_c\", type: gemm, m: 4, n: 5, k: 6}\n");
}

}  // namespace systole
