import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import ipaddr from 'ipaddr.js'

/** Addresses of a name, IPv4 and IPv6 together, each time it is asked for; null: it has none; 'silence': no answer. */
export type Answers = (name: string, askedBefore: number) => readonly string[] | null | 'silence'

export type NameServer = {
  /** `address:port`. */
  readonly address: string
  /** How often anybody asked for the IPv4 addresses of a name. */
  asked(name: string): number
  close(): Promise<void>
}

const types = { a: 1, aaaa: 28 } as const
const headerBytes = 12

/** A name server (RFC 1035) on this machine that says what a test wants, for no time at all. */
export async function openNameServer(answers: Answers): Promise<NameServer> {
  const counts = new Map<string, number>()
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query)
    const before = counts.get(`${name} ${type}`) ?? 0
    counts.set(`${name} ${type}`, before + 1)
    const found = answers(name, before)
    if (found === 'silence') return
    const records = (found ?? [])
      .map((text) => Buffer.from(ipaddr.parse(text).toByteArray()))
      .filter((bytes) => (type === types.a ? bytes.length === 4 : type === types.aaaa && bytes.length === 16))
    socket.send(answerTo(query, end, type, records, found === null), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: (name) => counts.get(`${name} ${types.a}`) ?? 0,
    close: () => closed(socket),
  }
}

async function closed(socket: Socket): Promise<void> {
  socket.close()
  await once(socket, 'close')
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels = []
  let at = headerBytes
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerTo(query: Buffer, end: number, type: number, records: readonly Buffer[], isUnknown: boolean): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt16BE(query.readUInt16BE(0), 0)
  // An answer, recursion as asked and available; 3 is NXDOMAIN.
  header.writeUInt16BE(0x8180 | (isUnknown ? 3 : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  const written = records.map((bytes) => {
    const record = Buffer.alloc(12)
    // The name is that of the question; class IN; no time to live.
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(type, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(bytes.length, 10)
    return Buffer.concat([record, bytes])
  })
  return Buffer.concat([header, query.subarray(headerBytes, end), ...written])
}
