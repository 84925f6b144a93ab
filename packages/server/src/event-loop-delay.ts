import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { EventLoopDelay } from './http/metrics/write-metrics.ts'

/** Fifty samples a second. */
const resolutionMs = 20
const quantiles = [0.5, 0.9, 0.99, 0.999]

let monitor: ReturnType<typeof monitorEventLoopDelay> | null = null

/** Samples for as long as the process lives, from the first call on: there is one event loop. */
export function watchEventLoop(): void {
  if (monitor !== null) return
  monitor = monitorEventLoopDelay({ resolution: resolutionMs })
  monitor.enable()
}

export function eventLoopDelay(): EventLoopDelay {
  if (monitor === null || monitor.count === 0) return { quantiles: [], sum: 0, count: 0 }
  const { count, mean } = monitor
  const at = (quantile: number): number => lateness(monitor?.percentile(quantile * 100) ?? 0)
  return { quantiles: quantiles.map((quantile) => [quantile, at(quantile)]), sum: lateness(mean) * count, count }
}

/** Of the time between two samples, nanoseconds, what was more than asked for: seconds. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000)
}
