import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { Open } from '../auth/auth.guard.js';
import { OpenApiHolder } from './openapi-holder.js';
import { Returns, ReturnsContent } from './decorators.js';

/** Where the page's script and style are served. The API serves them itself, so no internet is needed. */
export const DOCS_ASSETS = '/docs/assets';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Loci API</title>
<link rel="stylesheet" href="${DOCS_ASSETS}/swagger-ui.css"></head>
<body>
<div id="api"></div>
<script src="${DOCS_ASSETS}/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', validatorUrl: null, deepLinking: true });
</script>
</body>
</html>
`;

@ApiTags('service')
@Open()
@Controller()
export class OpenApiController {
  constructor(@Inject(OpenApiHolder) private readonly holder: OpenApiHolder) {}

  @Get('openapi.json')
  @ApiOperation({ summary: 'This document (OpenAPI 3.1)' })
  @Returns(200, z.record(z.string(), z.unknown()), 'The OpenAPI document')
  openApi(): OpenAPIObject {
    return this.holder.document;
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'The API as a page' })
  @ReturnsContent(200, 'text/html', 'A page to read and to try the API')
  docs(): string {
    return PAGE;
  }
}
