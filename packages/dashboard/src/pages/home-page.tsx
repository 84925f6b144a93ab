import { Navigate } from 'react-router'
import { useInstallation } from '../installation-context.ts'

/** Whoever signs in wants his keys. */
export function HomePage() {
  return <Navigate to={useInstallation().keysPath} replace />
}
