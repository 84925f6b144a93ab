import { behindNewestMs, FIRST_CAPACITY, slotsInOrder } from './hit-ring.ts'
import { MAX_WINDOW_LIMIT, MAX_WINDOW_MS, type SlidingWindow } from './sliding-window.ts'

/** Little-endian: newest hit (float64), longest window (uint32), largest limit (uint32), then a uint32 for each hit. */
const HEADER_BYTES = 16
const SLOT_BYTES = 4

/** The whole window, for keeping it while its process is away. 16 bytes and 4 for each stored hit. */
export function windowToBytes(window: SlidingWindow): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + SLOT_BYTES * window.stored)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, window.newestMs, true)
  view.setUint32(8, window.longestMs, true)
  view.setUint32(12, window.largestLimit, true)
  for (const [index, slot] of slotsInOrder(window, window.stored).entries()) {
    view.setUint32(HEADER_BYTES + SLOT_BYTES * index, slot, true)
  }
  return bytes
}

/** What `windowToBytes` gave. Throws RangeError for anything else. */
export function windowFromBytes(bytes: Uint8Array): SlidingWindow {
  const stored = (bytes.length - HEADER_BYTES) / SLOT_BYTES
  if (!Number.isInteger(stored) || stored < 0) throw notAWindow('length')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const slots = new Uint32Array(Math.max(FIRST_CAPACITY, stored))
  for (let index = 0; index < stored; index++) slots[index] = view.getUint32(HEADER_BYTES + SLOT_BYTES * index, true)
  const window: SlidingWindow = {
    slots,
    first: 0,
    stored,
    newestMs: view.getFloat64(0, true),
    longestMs: view.getUint32(8, true),
    largestLimit: view.getUint32(12, true),
  }
  checkHeader(window)
  checkOrder(window)
  return window
}

function checkHeader(window: SlidingWindow): void {
  const isEmpty = window.stored === 0 && window.newestMs === Number.NEGATIVE_INFINITY
  if (!isEmpty && !Number.isSafeInteger(window.newestMs)) throw notAWindow('newest hit')
  if (window.longestMs > MAX_WINDOW_MS) throw notAWindow('longest window')
  if (window.largestLimit > MAX_WINDOW_LIMIT || window.stored > window.largestLimit) throw notAWindow('largest limit')
}

function checkOrder(window: SlidingWindow): void {
  let previousMs = window.longestMs - 1
  for (let index = 0; index < window.stored; index++) {
    const behindMs = behindNewestMs(window, index)
    if (behindMs > previousMs) throw notAWindow(`order at hit ${index}`)
    previousMs = behindMs
  }
  if (window.stored > 0 && previousMs !== 0) throw notAWindow('last hit')
}

function notAWindow(part: string): RangeError {
  return new RangeError(`these bytes are not a saved window: ${part}`)
}
