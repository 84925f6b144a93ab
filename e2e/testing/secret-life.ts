/** Times are milliseconds UTC, as servers write them. */
export type Rotation = {
  readonly sentMs: number
  readonly receivedMs: number
  /** 0: there may be no secret that works while it is under way. */
  readonly overlapMs: number
  /** The new secret's id. */
  readonly made: string
  /** The live secrets after it, with their ends as they were promised. */
  readonly live: readonly { readonly id: string; readonly endsAtMs: number | null }[]
}

export type SecretUse = {
  readonly id: string
  readonly sentMs: number
  readonly receivedMs: number
  readonly outcome: 'accepted' | 'key_revoked' | 'unknown'
}

/** What can be said for certain of one secret, by what its client was told. */
export type SecretLife = {
  readonly id: string
  readonly worksFromMs: number
  readonly worksUntilMs: number
  readonly deadFromMs: number
}

export type RotationFaults = {
  /** Uses that were refused although the secret certainly worked, or accepted although it certainly was dead. */
  readonly wrong: readonly SecretUse[]
  /** Times from which no secret certainly worked, outside of rotations without overlap. */
  readonly gapsMs: readonly number[]
  /** Rotations whose choice of what to end does not follow from which secrets had been used. */
  readonly misled: readonly Rotation[]
}

/** Between the clocks of one machine's processes, which count whole milliseconds. */
const slackMs = 2

/** `rotations` in order, the first being the mint. */
export function checkRotations(rotations: readonly Rotation[], uses: readonly SecretUse[]): RotationFaults {
  const lives = livesOf(rotations)
  return {
    wrong: uses.filter((use) => isWrong(use, lives.get(use.id))),
    gapsMs: gapsOf([...lives.values()], rotations),
    misled: rotations.filter((_, index) => isMisled(rotations, index, uses)),
  }
}

export function livesOf(rotations: readonly Rotation[]): ReadonlyMap<string, SecretLife> {
  const lives = new Map<string, SecretLife>()
  for (const { made, sentMs, receivedMs, live } of rotations) {
    for (const [id, life] of lives) {
      const listed = live.find((secret) => secret.id === id)
      const worksUntilMs = listed === undefined ? sentMs : (listed.endsAtMs ?? Infinity)
      const deadFromMs = listed === undefined ? receivedMs : (listed.endsAtMs ?? Infinity)
      lives.set(id, {
        ...life,
        worksUntilMs: Math.min(life.worksUntilMs, worksUntilMs),
        deadFromMs: Math.min(life.deadFromMs, deadFromMs),
      })
    }
    lives.set(made, { id: made, worksFromMs: receivedMs, worksUntilMs: Infinity, deadFromMs: Infinity })
  }
  return lives
}

function isWrong({ sentMs, receivedMs, outcome }: SecretUse, life: SecretLife | undefined): boolean {
  if (life === undefined || outcome === 'unknown') return false
  if (outcome === 'accepted') return sentMs > life.deadFromMs + slackMs
  return sentMs >= life.worksFromMs && receivedMs < life.worksUntilMs - slackMs
}

/** Walks from one secret to the next that works when it ends. */
function gapsOf(lives: readonly SecretLife[], rotations: readonly Rotation[]): number[] {
  const gapsMs: number[] = []
  let coveredUntilMs = rotations[0]?.receivedMs ?? Infinity
  while (coveredUntilMs < Infinity) {
    const fromMs = coveredUntilMs
    const reached = Math.max(...lives.filter((life) => life.worksFromMs <= fromMs).map((life) => life.worksUntilMs))
    if (reached > fromMs) {
      coveredUntilMs = reached
      continue
    }
    const underWay = rotations.find(({ sentMs, receivedMs }) => sentMs <= fromMs && fromMs < receivedMs)
    if (underWay?.overlapMs !== 0) gapsMs.push(fromMs)
    coveredUntilMs = Math.min(...lives.map((life) => life.worksFromMs).filter((nextMs) => nextMs > fromMs))
  }
  return gapsMs
}

/** Where it is certain whether the newest of two live secrets had been used, exactly one of the two is left. */
function isMisled(rotations: readonly Rotation[], index: number, uses: readonly SecretUse[]): boolean {
  const [before, now] = [rotations[index - 1], rotations[index]]
  if (before === undefined || now === undefined) return false
  const older = before.live.find(({ id, endsAtMs }) => id !== before.made && (endsAtMs ?? Infinity) > now.receivedMs)
  if (older === undefined) return false
  const ofNewest = uses.filter(({ id, sentMs }) => id === before.made && sentMs < now.receivedMs)
  const wasUsed = ofNewest.some(({ outcome, receivedMs }) => outcome === 'accepted' && receivedMs <= now.sentMs)
  const wasUnused = ofNewest.length === 0
  const has = (id: string) => now.live.some((secret) => secret.id === id)
  if (wasUsed) return has(older.id) || (now.overlapMs > 0 && !has(before.made))
  return wasUnused && (has(before.made) || (now.overlapMs > 0 && !has(older.id)))
}
