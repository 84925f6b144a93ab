import { expect, test } from 'vitest'
import { Histogram } from '../../engine/metrics.ts'
import { Exposition } from './exposition.ts'

test('writes each kind as Prometheus reads it', () => {
  const text = new Exposition()
  const histogram = new Histogram([0.5, 1])
  for (const value of [0.5, 0.75, 1, 1.5, 7]) histogram.observe(value)
  text.counter('c_total', 'Counted.', [
    [{}, 1],
    [{ reason: 'a"b\\c\nd' }, 2],
  ])
  text.gauge('g', 'Now.', 0.25)
  text.histogram('h_seconds', 'How long.', histogram)
  text.summary('s_seconds', 'How late.', { quantiles: [[{ quantile: '0.5' }, 3]], sum: 9, count: 3 })
  expect(text.toString()).toBe(
    [
      '# HELP c_total Counted.',
      '# TYPE c_total counter',
      'c_total 1',
      String.raw`c_total{reason="a\"b\\c\nd"} 2`,
      '# HELP g Now.',
      '# TYPE g gauge',
      'g 0.25',
      '# HELP h_seconds How long.',
      '# TYPE h_seconds histogram',
      // A bound is inclusive, and counts what is below it too.
      'h_seconds_bucket{le="0.5"} 1',
      'h_seconds_bucket{le="1"} 3',
      'h_seconds_bucket{le="+Inf"} 5',
      'h_seconds_sum 10.75',
      'h_seconds_count 5',
      '# HELP s_seconds How late.',
      '# TYPE s_seconds summary',
      's_seconds{quantile="0.5"} 3',
      's_seconds_sum 9',
      's_seconds_count 3',
      '',
    ].join('\n'),
  )
})
