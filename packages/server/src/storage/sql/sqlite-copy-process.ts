import { closeSync, constants, copyFileSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * A process of its own: `<from> <to>`. Whoever opens and closes the file of a database in the process that has it open
 * takes SQLite's locks from it (sqlite.org/howtocorrupt.html section 2.2).
 */
const [from = '', to = ''] = process.argv.slice(2)
copyFileSync(from, to, constants.COPYFILE_EXCL)
const copy = new DatabaseSync(to)
// One file, that can be read without writing anything beside it.
copy.exec('PRAGMA journal_mode = DELETE')
const [damage] = copy.prepare('PRAGMA quick_check(1)').all()
copy.close()
if (damage?.['quick_check'] !== 'ok') throw new Error(`the copy is damaged: ${String(damage?.['quick_check'])}`)
const descriptor = openSync(to, 'r+')
fsyncSync(descriptor)
closeSync(descriptor)
