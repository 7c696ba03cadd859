// A figure over two settings, a cell each pair.
define(['theme'], (theme) => {
  const kRow = 40;

  /** `cells`: [{x, y, value, text, count}], `xs` and `ys` the settings' values in order. */
  return ({cells, xs, ys, titles, title, tick, width}) => (cells.length === 0 ? null : {
           width,
           height: Math.max(120, kRow * ys.length),
           data: [{name: 'cells', values: cells}],
           scales: [
             {name: 'x', type: 'band', domain: xs, range: 'width', padding: 0.02},
             {name: 'y', type: 'band', domain: ys, range: 'height', padding: 0.02}, {
               name: 'colour',
               type: 'linear',
               zero: false,
               domain: {data: 'cells', field: 'value'},
               range: {scheme: 'viridis'}
             }
           ],
           axes: [
             {
               orient: 'bottom',
               scale: 'x',
               domain: false,
               ticks: false,
               title: titles.x,
               labelOverlap: true,
               encode: {labels: {update: {text: {signal: 'replace(datum.value, /_/g, \' \')'}}}}
             },
             {
               orient: 'left',
               scale: 'y',
               domain: false,
               ticks: false,
               title: titles.y,
               encode: {labels: {update: {text: {signal: 'replace(datum.value, /_/g, \' \')'}}}}
             }
           ],
           legends: [{
             fill: 'colour',
             orient: 'right',
             title,
             format: tick,
             gradientLength: Math.max(90, kRow * ys.length - 40)
           }],
           marks: [
             {
               type: 'rect',
               name: 'item',
               from: {data: 'cells'},
               encode: {
                 enter: {
                   x: {scale: 'x', field: 'x'},
                   y: {scale: 'y', field: 'y'},
                   width: {scale: 'x', band: 1},
                   height: {scale: 'y', band: 1},
                   fill: {scale: 'colour', field: 'value'},
                   tooltip: {value: true}
                 },
                 update: {stroke: {value: null}},
                 hover: {stroke: {value: theme.ink('ink')}, strokeWidth: {value: 2}}
               }
             },
             {
               type: 'text',
               from: {data: 'cells'},
               interactive: false,
               encode: {
                 enter: {
                   x: {scale: 'x', field: 'x', band: 0.5},
                   y: {scale: 'y', field: 'y', band: 0.5},
                   align: {value: 'center'},
                   baseline: {value: 'middle'},
                   text: {field: 'text'},
                   fontSize: {value: 12},
                   limit: {signal: 'bandwidth(\'x\') - 4'},
                   fill: {signal: 'luminance(scale(\'colour\', datum.value)) > 0.3 ? \'#111\' : \'#fff\''}
                 }
               }
             },
           ],
         });
});
