import { json } from '../answer.js'
import { openApi } from '../openapi.js'
import type { Route } from '../route.js'

/** The route of the OpenAPI document. The document describes this route too. */
export function documentRoute(others: readonly Route[]): Route {
  const route: Route = {
    path: '/openapi.json',
    summary: 'This document',
    content: { 'application/json': { type: 'object' } },
    steady: true,
    answer: ({ server }) => json(openApi([...others, route], server)),
  }
  return route
}
