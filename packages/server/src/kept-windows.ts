import type { ActivityStore } from './engine/ports/activity.ts'
import type { MemoryWindows } from './storage/memory/windows.ts'

const minuteMs = 60_000

/**
 * Takes up the windows of the process before. After a drain they are all there; after a crash each key is charged with
 * what was counted of its last minute, so that a crash does not hand out a fresh limit.
 */
export async function takeUpWindows(windows: MemoryWindows, activity: ActivityStore, nowMs: number): Promise<void> {
  const saved = await activity.takeWindows()
  if (saved.areAll) {
    windows.restore(saved.windows)
    return
  }
  const lastMinute = Math.floor(nowMs / minuteMs) - 1
  for (const { keyId, count } of await activity.countsSince(lastMinute)) windows.charge(keyId, count, minuteMs)
}

export async function saveWindows(windows: MemoryWindows, activity: ActivityStore): Promise<void> {
  await activity.saveWindows(windows.save())
}
