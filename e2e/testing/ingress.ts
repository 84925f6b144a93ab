import { join } from 'node:path'
import { parse } from 'yaml'
import { adapt, shownFiles, startNginxWith, type Behind, type Gateway } from './gateway.ts'

const prefix = 'nginx.ingress.kubernetes.io/'

type Ingress = { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } }
type ConfigMap = { readonly data: Readonly<Record<string, string>> }

/**
 * nginx, configured by the page's annotations in the places where ingress-nginx puts them: its own lines are as few as
 * these need, and say what the controller's say.
 */
export async function startIngress(behind: Behind): Promise<Gateway> {
  return startNginxWith(async (directory, port) => {
    const files = shownFiles('kubernetes.md')
    const controller: ConfigMap = parse(files.get('controller.yaml') ?? '')
    const ingress: Ingress = parse(files.get('sites.yaml') ?? '')
    const http = adapt(controller.data['http-snippet'] ?? '', { '/tmp/nginx/mintmark': join(directory, 'refusals') })
    const own = (name: string): string => {
      const value = ingress.metadata.annotations[prefix + name]
      if (value === undefined) throw new Error(`The page's Ingress has no ${name}`)
      return value
    }
    const authUrl = adapt(own('auth-url'), {
      'http://mintmark.default.svc.cluster.local:6468': behind.mintmarkUrl,
    })
    const guarded = `
      auth_request /_external-auth;
      ${own('auth-response-headers').split(',').map(copied).join('\n')}
      ${own('configuration-snippet')}
      proxy_set_header Host $host;
      proxy_http_version 1.1;
      proxy_pass http://127.0.0.1:${behind.backendPort};`
    return `
      ${http}
      server {
        listen 127.0.0.1:${port};
        ${own('server-snippet')}
        location = /_external-auth {
          internal;
          proxy_pass_request_body off;
          proxy_method ${own('auth-method')};
          proxy_http_version 1.1;
          proxy_set_header Content-Length "";
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_read_timeout 3s;
          ${own('auth-snippet')}
          set $target ${authUrl};
          proxy_pass $target;
        }
        location = /sites { ${guarded} }
        location /sites/ { ${guarded} }
        location / { return 404; }
      }`
  })
}

/** `auth-response-headers`, as the controller writes them. */
function copied(name: string, index: number): string {
  const received = `$upstream_http_${name.toLowerCase().replaceAll('-', '_')}`
  return `auth_request_set $authHeader${index} ${received}; proxy_set_header ${name} $authHeader${index};`
}
