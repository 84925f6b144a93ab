// npm run build: compiles every package that is not up to date.
import { ensureBuilt, ensureInstalled } from './workspace.js'

ensureInstalled()
ensureBuilt()
