import { createContext, use } from 'react'
import type { Installation } from './installation.ts'

export const InstallationContext = createContext<Installation | null>(null)

export function useInstallation(): Installation {
  const installation = use(InstallationContext)
  if (installation === null) throw new Error('Nobody said which installation this is.')
  return installation
}
