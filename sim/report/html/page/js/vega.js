// The plotting library: the modules of Vega that these charts need, joined as its own bundle joins them.
define(
    [
      'vega-util', 'vega-dataflow', 'vega-transforms', 'vega-view-transforms', 'vega-encode', 'vega-view',
      'vega-parser'
    ],
    (util, dataflow, transforms, viewTransforms, encode, view, parser) => {
      util.extend(dataflow.transforms, transforms, viewTransforms, encode);
      return {View: view.View, parse: parser.parse, Error: util.Error, None: util.None};
    });
