// npm run build: builds every package that is not up to date; with --dashboard or --elements one of
// the two that browsers load alone, of what is installed.
import { ensureBuilt, ensureDashboardBuilt, ensureElementsBuilt, ensureInstalled } from './workspace.js'

if (process.argv.includes('--dashboard')) {
  ensureDashboardBuilt()
} else if (process.argv.includes('--elements')) {
  ensureElementsBuilt()
} else {
  ensureInstalled()
  ensureBuilt()
}
