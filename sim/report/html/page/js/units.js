// Numbers as people read them. What a figure is, its unit and which way is better, stands in `figures`.
define([], () => {
  const kPrefixes = [
    [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n'],
    [1e-12, 'p'], [1e-15, 'f'], [1e-18, 'a']
  ];

  const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
  const digits = (value, count) => Number(value.toPrecision(count)).toString();

  /** 0.0055 "J" → "5.5 mJ", four digits. */
  function engineering(value, unit) {
    if (!isNumber(value)) return '–';
    const size = Math.abs(value);
    const [scale, prefix] = size === 0 ?
        [1, ''] :
        kPrefixes.find(([step]) => size >= step * 0.99995) || kPrefixes[kPrefixes.length - 1];
    return `${value === 0 ? '0' : (value / scale).toPrecision(4)} ${prefix}${unit}`.trim();
  }

  const count = (value) => (isNumber(value) ? Math.round(value).toLocaleString('en-US') : '–');
  const percent = (value) => (isNumber(value) ? `${(value * 100).toFixed(1)} %` : '–');
  const scientific = (value) => (!isNumber(value) ? '–' : value === 0 ? '0' : value.toExponential(2));
  const plain = (value) => (isNumber(value) ? digits(value, 4) : '–');

  /** Picojoules, or the unit of a relative energy table. */
  function energy(value, unit) {
    return unit === 'pJ' ? engineering(isNumber(value) ? value * 1e-12 : value, 'J') :
                           engineering(value, unit);
  }

  /** Figures of totals and of sweeps: name → {title, show(value, energy unit), better}. */
  const figures = {
    cycles: {title: 'cycles', show: count, better: 'less'},
    seconds: {title: 'time', show: (v) => engineering(v, 's'), better: 'less'},
    energy: {title: 'energy', show: energy, better: 'less'},
    edp: {title: 'energy × delay', show: (v) => engineering(v, 'J s'), better: 'less'},
    power_w: {title: 'power', show: (v) => engineering(v, 'W'), better: 'less'},
    tops_per_w: {title: 'TOPS/W', show: plain, better: 'more'},
    utilization: {title: 'utilization', show: percent, better: 'more'},
    array_utilization: {title: 'array utilization', show: percent, better: 'more'},
    dram_bus_bytes: {title: 'DRAM traffic', show: (v) => engineering(v, 'B'), better: 'less'},
    max_abs_error_fp64: {title: 'fp64 error', show: scientific, tick: '.0e', better: 'less'},
  };
  /** `tick` is how an axis shows its values. */
  const figure = (name) => ({
    tick: name.endsWith('utilization') ? '.0%' : '~s',
    ...(figures[name] || {title: name, show: plain, better: 'less'})
  });

  /** A value of the unit that comparisons give: "pJ", "%", "s", "B", "" … */
  function amount(value, unit) {
    if (!isNumber(value)) return '–';
    if (unit === 'pJ') return energy(value, unit);
    if (unit === '%') return percent(value);
    if (unit === 'TOPS/W') return plain(value);
    if (unit) return engineering(value, unit);
    return Number.isInteger(value) ? count(value) : plain(value);
  }

  /** "64KiB" → 65536, "16" → 16; NaN of words. */
  function magnitude(text) {
    const match = /^(-?[\d.]+(?:e[+-]?\d+)?)\s*(KiB|MiB|GiB|B)?$/i.exec(text);
    if (!match) return NaN;
    return Number(match[1]) *
        ({kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3}[(match[2] || '').toLowerCase()] || 1);
  }

  const words = (name) => name.replaceAll('_', ' ');
  const sum = (values) => Object.values(values).reduce((a, b) => a + b, 0);

  return {
    engineering,
    scientific,
    count,
    percent,
    plain,
    energy,
    figure,
    amount,
    magnitude,
    words,
    sum,
    isNumber
  };
});
