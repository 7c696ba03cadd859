// The legend over a chart that tells names by colour; none where there is one name only.
define(
    [],
    () => (names, title) =>
        (names.length > 1 ? [{
          orient: 'top',
          direction: 'horizontal',
          fill: 'colour',
          title,
          titleOrient: 'left',
          columns: 8,
          symbolSize: 90,
          columnPadding: 14,
          encode: {labels: {update: {text: {signal: 'replace(datum.label, /_/g, \' \')'}}}}
        }] :
                            []));
