import { useDocumentTitle } from '@mantine/hooks'
import { createContext, use } from 'react'
import { useInstallation } from '../installation-context.ts'

/** False inside another product's page: the window is not ours to name. */
export const OwnsWindowContext = createContext(true)

export function useWindowTitle(title: string): void {
  const { product } = useInstallation()
  const isOurs = use(OwnsWindowContext)
  useDocumentTitle(isOurs ? `${title} · ${product}` : document.title)
}
