import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { demandedPermission } from './embedded.ts'
import { createLoad } from './load.ts'
import type { Effort, Row } from './measures.ts'
import { interleave, summarize, type Pair } from './statistics.ts'
import { startSubject, type Subject } from './subject.ts'

const receivers = 100
const hotKeys = 1_000
const mintsARound = 200
/** Of what the same costs without them. */
const verifyGoal = 1.1
const mintGoal = 1.1

/** Verifications and mints while webhooks are sent to receivers that take a connection and never say anything. */
export async function measureBesideSilentReceivers(effort: Effort): Promise<readonly Row[]> {
  const silence = await openSilence()
  try {
    const settings = { keys: hotKeys, receivers }
    const beside = await startSubject('subject-silent-receivers.ts', { ...settings, receiverPort: silence.port })
    try {
      const alone = await startSubject('subject-silent-receivers.ts', { ...settings, receiverPort: null })
      try {
        const rows = [await verifying(beside, alone, effort), await minting(beside, alone, effort)]
        if (silence.visits() < receivers) throw new Error('The receivers were not sent anything')
        return rows
      } finally {
        await alone.stop()
      }
    } finally {
      await beside.stop()
    }
  } finally {
    silence.close()
  }
}

async function verifying(beside: Subject, alone: Subject, { rounds, loadSeconds }: Effort): Promise<Row> {
  const loads = new Map([beside, alone].map((subject) => [subject, createLoad(requestsTo(subject))]))
  const costOf = async (subject: Subject): Promise<number> => {
    const before = (await subject.ask({}))['cpuMicroseconds'] ?? Number.NaN
    const answered = (await loads.get(subject)?.send(Number(subject.ready['port']), loadSeconds)) ?? 0
    return ((await subject.ask({}))['cpuMicroseconds'] ?? Number.NaN) / answered - before / answered
  }
  try {
    const pairs = await interleave(
      rounds,
      () => costOf(beside),
      () => costOf(alone),
    )
    return rowOf(`verify beside ${receivers} silent receivers / none`, pairs, 'us', verifyGoal)
  } finally {
    for (const load of loads.values()) load.close()
  }
}

async function minting(beside: Subject, alone: Subject, { rounds }: Effort): Promise<Row> {
  const timeOf = async (subject: Subject): Promise<number> =>
    (await subject.ask({ mints: mintsARound }))['millisecondsEach'] ?? Number.NaN
  const pairs = await interleave(
    rounds,
    () => timeOf(beside),
    () => timeOf(alone),
  )
  return rowOf(`mint beside ${receivers} silent receivers / none`, pairs, 'ms', mintGoal)
}

function requestsTo({ ready }: Subject) {
  const { operatorKey, keys } = ready as { operatorKey: string; keys: readonly string[] }
  return keys.map((key) => ({
    method: 'POST' as const,
    path: '/v1/verify',
    headers: { Authorization: `Bearer ${operatorKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ key, permission: demandedPermission }),
  }))
}

function rowOf(what: string, pairs: readonly Pair[], unit: string, goal: number): Row {
  const text = (values: readonly number[]): string => `${summarize(values).median.toFixed(2)} ${unit}`
  const ratio = summarize(pairs.map(({ ours, theirs }) => ours / theirs))
  return {
    what,
    ours: text(pairs.map(({ ours }) => ours)),
    theirs: text(pairs.map(({ theirs }) => theirs)),
    ratio,
    goal: `<= ${goal}`,
    isReached: ratio.median <= goal,
  }
}

/** A server that takes every connection, reads nothing and says nothing. */
async function openSilence(): Promise<{ readonly port: number; readonly visits: () => number; close(): void }> {
  const sockets = new Set<Socket>()
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    sockets.add(socket.pause())
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    visits: () => visits,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
