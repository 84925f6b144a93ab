import { lazy, Suspense, type ComponentProps } from 'react'

// Loaded when the first of them is opened: the list is there sooner.
const LazyCreateKey = lazy(async () => ({ default: (await import('./create-key.tsx')).CreateKey }))
const LazyKeyDialogs = lazy(async () => ({ default: (await import('./key-dialogs.tsx')).KeyDialogs }))

export function CreateKey(props: ComponentProps<typeof LazyCreateKey>) {
  return (
    <Suspense fallback={null}>
      <LazyCreateKey {...props} />
    </Suspense>
  )
}

export function KeyDialogs(props: ComponentProps<typeof LazyKeyDialogs>) {
  if (props.dialog === null) return null
  return (
    <Suspense fallback={null}>
      <LazyKeyDialogs {...props} />
    </Suspense>
  )
}
