import { fstatSync, writeSync } from 'node:fs'

export type LogSink = { write(line: string): unknown }

/**
 * Standard error for a log that must not end the process: neither when the disk under it is full, nor when its reader
 * is gone. Lines that could not be written are lost, and counted in the next one that can.
 */
export function createLogSink(descriptor = 2): LogSink {
  if (fstatSync(descriptor).isFile()) return createFileSink(descriptor)
  process.stderr.on('error', () => {})
  return process.stderr
}

function createFileSink(descriptor: number): LogSink {
  let lost = 0
  /** A disk may take a part of a line before it is full. */
  let isTorn = false
  const write = (text: string): boolean => {
    const bytes = Buffer.from(isTorn ? `\n${text}` : text)
    try {
      const written = writeSync(descriptor, bytes)
      if (written > 0) isTorn = written < bytes.length
      return written === bytes.length
    } catch {
      return false
    }
  }
  return {
    write(line) {
      if (
        lost > 0 &&
        !write(`${JSON.stringify({ level: 40, time: new Date().toISOString(), msg: 'log lines lost', lost })}\n`)
      ) {
        lost += 1
        return
      }
      lost = write(line) ? 0 : 1
    },
  }
}
