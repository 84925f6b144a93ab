import type { BenchSettings } from './embedded.ts'
import { createLoad } from './load.ts'
import type { Effort, Row } from './measures.ts'
import { interleave, summarize } from './statistics.ts'
import { startSubject, type Subject } from './subject.ts'
import type { GuardSettings } from './subject-guard.ts'

const hotKeys = 1_000
/** In-process the application also writes what keys were used for. */
const goals = { 'in-process': 3, remote: 4 }

/** CPU of an application with a guard, for one request, against the same application without one. */
export async function measureGuards(effort: Effort): Promise<readonly Row[]> {
  const server = await startSubject('subject-http.ts', { keys: hotKeys } satisfies BenchSettings)
  try {
    const { port, operatorKey, keys } = server.ready as { port: number; operatorKey: string; keys: readonly string[] }
    const remote = { server: `http://127.0.0.1:${port}`, key: operatorKey }
    const rows: Row[] = []
    for (const framework of ['express', 'fastify', 'hono'] as const) {
      const inProcess: GuardSettings = { framework, mintmark: 'in-process', keys: hotKeys }
      rows.push(await against(effort, inProcess, null, goals['in-process']))
      rows.push(await against(effort, { framework, mintmark: remote }, keys, goals.remote))
    }
    return rows
  } finally {
    await server.stop()
  }
}

/** @param keys of the remote Mintmark; null: the subject makes its own */
async function against(
  { rounds, loadSeconds }: Effort,
  settings: GuardSettings,
  keys: readonly string[] | null,
  goal: number,
): Promise<Row> {
  const guarded = await startSubject('subject-guard.ts', settings)
  const bare = await startSubject('subject-guard.ts', { ...settings, mintmark: null } satisfies GuardSettings)
  const shown = keys ?? (guarded.ready['keys'] as readonly string[])
  const load = createLoad(
    shown.map((key) => ({ method: 'GET', path: '/sites/7', headers: { Authorization: `Bearer ${key}` }, body: null })),
  )
  const costOf = async (subject: Subject): Promise<number> => {
    const before = (await subject.ask({}))['cpuMicroseconds'] ?? Number.NaN
    const answered = await load.send(Number(subject.ready['port']), loadSeconds)
    const after = (await subject.ask({}))['cpuMicroseconds'] ?? Number.NaN
    return (after - before) / answered
  }
  try {
    const pairs = await interleave(
      rounds,
      () => costOf(guarded),
      () => costOf(bare),
    )
    const ratio = summarize(pairs.map(({ ours, theirs }) => ours / theirs))
    const text = (values: readonly number[]): string => `${summarize(values).median.toFixed(1)} us`
    return {
      what: `${settings.framework}, guarded ${keys === null ? 'in-process' : 'by a remote Mintmark'} / unguarded`,
      ours: text(pairs.map(({ ours }) => ours)),
      theirs: text(pairs.map(({ theirs }) => theirs)),
      ratio,
      goal: `<= ${goal}`,
      isReached: ratio.median <= goal,
    }
  } finally {
    load.close()
    await bare.stop()
    await guarded.stop()
  }
}
