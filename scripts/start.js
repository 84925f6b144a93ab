// npm start: from a fresh clone to a running server.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, ensureInstalled, root } from './workspace.js'

ensureInstalled()
ensureBuilt()

// In this very process, which is then the server itself: nothing to forward, no second Node in memory.
// On an older Node the command line hands over to the installed one.
const bin = join(root, 'packages', 'cli', 'bin', 'mintmark.js')
process.argv = [process.execPath, bin, 'serve', ...process.argv.slice(2)]
await import(pathToFileURL(bin).href)
