/** The value of one sample as it stands in Prometheus' text; throws where there is none, or more than one. */
export function metricOf(text: string, sample: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${sample} `))
  if (lines.length !== 1) throw new Error(`${lines.length} samples of ${sample} in:\n${text}`)
  return Number(lines[0]?.slice(sample.length + 1))
}
