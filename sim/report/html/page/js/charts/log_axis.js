// Where a logarithmic axis has its ticks: at round steps of each power of ten, as few of them as suffice;
// evenly where it spans too little for that.
define([], () => {
  const kLeast = 4, kMost = 10;
  const kSteps = [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]];
  const round = (value) => Number(value.toPrecision(6));

  function evenly(from, to) {
    const rough = (to - from) / kMost, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
    const ticks = [];
    for (let i = Math.ceil(from / step); i * step <= to; ++i) ticks.push(round(i * step));
    return ticks;
  }

  return (from, to) => {
    for (const steps of kSteps) {
      const ticks = [];
      for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); ++power)
        ticks.push(
            ...steps.map((step) => round(step * 10 ** power)).filter((tick) => tick >= from && tick <= to));
      if (ticks.length >= kLeast) return ticks;
    }
    return evenly(from, to);
  };
});
