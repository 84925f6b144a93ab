import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'

const mebibyte = 1024 * 1024
// Another user than root may mount in a namespace of users in which he is root.
const isRoot = process.getuid?.() === 0
const unshare: readonly [string, ...string[]] = ['unshare', ...(isRoot ? [] : ['--user', '--map-root-user']), '--mount']
const nsenter = ['nsenter', ...(isRoot ? [] : ['--user', '--preserve-credentials']), '--mount']

/**
 * ext4 on a loop device, which allocates late and commits by a journal like the disks of real machines; where the
 * machine has no loop devices, tmpfs. The disk is there for as long as something is to be read from the pipe.
 */
const mount = `
  PATH=$PATH:/usr/sbin:/sbin
  { truncate -s "$1"M "$2/image" && mke2fs -q -t ext4 -m 0 "$2/image" && mount -o loop "$2/image" "$2/disk"; } 2>&- ||
    mount -t tmpfs -o size="$1"M none "$2/disk" || exit 1
  mkdir "$2/disk/data" && echo mounted && exec cat`

/** A file system of a few megabytes, mounted where only the processes that are started by its launcher see it. */
export class SmallDisk {
  /** For `NodeOptions`. */
  readonly launcher: readonly string[]
  /** As those processes see it. */
  readonly path: string
  /** The same for this process. */
  readonly seenPath: string
  readonly #holder: ChildProcess
  readonly #directory: string
  readonly #filler: number

  private constructor(holder: ChildProcess, directory: string) {
    this.#holder = holder
    this.#directory = directory
    this.path = join(directory, 'disk')
    this.seenPath = `/proc/${holder.pid}/root${this.path}`
    this.launcher = [...nsenter, '--target', String(holder.pid)]
    this.#filler = openSync(join(this.seenPath, 'filler'), 'a')
  }

  static async create(mebibytes: number): Promise<SmallDisk> {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-disk-'))
    const [program, ...args] = [...unshare, 'sh', '-c', `mkdir "$2/disk"; ${mount}`, 'sh']
    const holder = spawn(program, [...args, String(mebibytes), directory], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [first] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
    if (String(first) !== 'mounted\n') throw new Error(`No small disk could be mounted: ${String(first)}`)
    return new SmallDisk(holder, directory)
  }

  /** Nothing more fits, but for so many bytes. */
  fillUp({ leaveBytes = 0 }: { readonly leaveBytes?: number } = {}): void {
    for (const chunkBytes of [mebibyte, 4096, 1]) while (this.#write(chunkBytes)) continue
    fsyncSync(this.#filler)
    if (leaveBytes > 0) this.#shrink(leaveBytes)
  }

  /** Room for everything again. */
  empty(): void {
    this.#shrink(Infinity)
  }

  async remove(): Promise<void> {
    closeSync(this.#filler)
    const ended = once(this.#holder, 'exit')
    this.#holder.stdin?.end()
    await ended
    rmSync(this.#directory, { recursive: true, force: true })
  }

  #write(bytes: number): boolean {
    try {
      return writeSync(this.#filler, Buffer.alloc(bytes, 'x')) > 0
    } catch {
      return false
    }
  }

  #shrink(bytes: number): void {
    const { size } = fstatSync(this.#filler)
    ftruncateSync(this.#filler, Math.max(0, size - bytes))
    fsyncSync(this.#filler)
  }
}

/** A suite that needs a disk of its own. Where none can be mounted it is skipped, and fails in CI. */
export function describeWithSmallDisk(name: string, suite: () => void): void {
  const [program, ...args] = [...unshare, 'sh', '-c', 'mount -t tmpfs none /mnt']
  if (spawnSync(program, args).status === 0) {
    describe(name, suite)
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error('CI must run this suite, and no file system can be mounted here (unshare --mount)')
    })
  } else {
    describe.skip(`${name} (no file system can be mounted here)`, suite)
  }
}
