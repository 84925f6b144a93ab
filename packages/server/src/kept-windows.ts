import type { ActivityStore } from './engine/ports/activity.ts'
import type { MemoryWindows } from './storage/memory/windows.ts'

const minuteMs = 60_000

/** What a crash costs, for the operator: usage is written every 3 s. */
export const notDrained =
  'Mintmark was not drained when it ended: up to 5 s of usage are lost, and windows begin with what was counted'

/**
 * Takes up the windows of the process before. After a drain they are all there: true. After a crash each key is charged
 * with what was counted of its last minute, so that a crash does not hand out a fresh limit.
 */
export async function takeUpWindows(windows: MemoryWindows, activity: ActivityStore, nowMs: number): Promise<boolean> {
  const saved = await activity.takeWindows()
  if (saved.areAll) {
    windows.restore(saved.windows)
    return true
  }
  const lastMinute = Math.floor(nowMs / minuteMs) - 1
  for (const { keyId, count } of await activity.countsSince(lastMinute)) windows.charge(keyId, count, minuteMs)
  return false
}

/** Never rejects. What the storage does not take is lost as by a crash: the next start charges what was counted. */
export async function saveWindows(
  windows: MemoryWindows,
  activity: ActivityStore,
  warn: (message: string) => void,
): Promise<void> {
  await activity.saveWindows(windows.save()).catch(() => warn('The windows of keys could not be saved'))
}
