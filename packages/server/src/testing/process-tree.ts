import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface ProcessEntry {
  pid: number
  parentPid: number
  state: string
}

/** Every live process whose chain of parents leads to `rootPid`, the root first. A zombie counts as dead. */
export function processTree(rootPid: number): number[] {
  const entries = listProcesses().filter((entry) => !entry.state.startsWith('Z'))
  const tree = entries.some((entry) => entry.pid === rootPid) ? [rootPid] : []
  for (const parentPid of tree) {
    for (const entry of entries) if (entry.parentPid === parentPid) tree.push(entry.pid)
  }
  return tree
}

/** Stops every process of the tree. The root first: a stopped root forks no child that the listing would miss. */
export function pauseTree(rootPid: number): number[] {
  signal(rootPid, 'SIGSTOP')
  const pids = processTree(rootPid)
  for (const pid of pids) signal(pid, 'SIGSTOP')
  return pids
}

export function resumeTree(rootPid: number): void {
  for (const pid of processTree(rootPid).toReversed()) signal(pid, 'SIGCONT')
}

/** SIGKILL to every process of the tree, as when the machine loses power. Returns whom it struck. */
export function killTree(rootPid: number): number[] {
  const pids = pauseTree(rootPid)
  for (const pid of pids) signal(pid, 'SIGKILL')
  return pids
}

/** Which of these processes still run. */
export function alive(pids: readonly number[]): number[] {
  const wanted = new Set(pids)
  return listProcesses()
    .filter((entry) => wanted.has(entry.pid) && !entry.state.startsWith('Z'))
    .map((entry) => entry.pid)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself between the listing and the signal.
  }
}

function listProcesses(): ProcessEntry[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs()
}

// /proc rather than ps: a slim image has no procps.
function listFromProc(): ProcessEntry[] {
  const entries: ProcessEntry[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      // proc_pid_stat(5): the second field is the name in parentheses and may itself hold spaces and parentheses.
      const [state = '', parentPid = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      entries.push({ pid: Number(name), parentPid: Number(parentPid), state })
    } catch {
      // Gone since the directory was read.
    }
  }
  return entries
}

function listFromPs(): ProcessEntry[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parentPid = '', state = ''] = line.trim().split(/\s+/)
      return { pid: Number(pid), parentPid: Number(parentPid), state }
    })
}
