import type { Histogram } from '../../engine/metrics.ts'

export type Labels = Readonly<Record<string, string>>
export type Sample = readonly [labels: Labels, value: number]

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Prometheus' text format, 0.0.4. */
export class Exposition {
  #text = ''

  counter(name: string, help: string, samples: readonly Sample[]): void {
    this.#family(name, 'counter', help)
    for (const [labels, value] of samples) this.#sample(name, labels, value)
  }

  gauge(name: string, help: string, value: number, labels: Labels = {}): void {
    this.#family(name, 'gauge', help)
    this.#sample(name, labels, value)
  }

  histogram(name: string, help: string, { bounds, counts, sum }: Histogram): void {
    this.#family(name, 'histogram', help)
    let total = 0
    for (const [index, count] of counts.entries()) {
      total += count
      const bound = bounds[index]
      this.#sample(`${name}_bucket`, { le: bound === undefined ? '+Inf' : String(bound) }, total)
    }
    this.#sample(`${name}_sum`, {}, sum)
    this.#sample(`${name}_count`, {}, total)
  }

  summary(
    name: string,
    help: string,
    { quantiles, sum, count }: { readonly quantiles: readonly Sample[]; readonly sum: number; readonly count: number },
  ): void {
    this.#family(name, 'summary', help)
    for (const [labels, value] of quantiles) this.#sample(name, labels, value)
    this.#sample(`${name}_sum`, {}, sum)
    this.#sample(`${name}_count`, {}, count)
  }

  toString(): string {
    return this.#text
  }

  #family(name: string, type: string, help: string): void {
    this.#text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
  }

  #sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
    this.#text += `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
  }
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
