import type { INestApplication } from '@nestjs/common';
import {
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
  type SwaggerDocumentOptions,
} from '@nestjs/swagger';
import { eventSchemas, mapSchema, problemSchema } from '@loci/contracts';
import { z } from 'zod';

/** The component's name in the document; zod leaves its recursive JSON value anonymous. */
const componentName = (name: string): string => (name.startsWith('__schema') ? 'JsonValue' : name);

/**
 * The JSON Schema of a contract for OpenAPI 3.1. Contracts with an id (`.meta({ id })`) become components.
 */
function fromContract(contract: z.ZodType, io: 'input' | 'output') {
  const { $defs = {}, ...schema } = z.toJSONSchema(contract, { target: 'draft-2020-12', io });
  delete schema.$schema;
  const rename = (_key: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('#/$defs/')
      ? `#/components/schemas/${componentName(value.slice('#/$defs/'.length))}`
      : value;
  const renamed = <T>(value: T): T => JSON.parse(JSON.stringify(value, rename)) as T;
  const components = Object.fromEntries(
    Object.entries($defs).map(([name, definition]) => [componentName(name), renamed(definition)]),
  );
  return { schema: renamed(schema), components };
}

const options: SwaggerDocumentOptions = {
  standardSchemaConverter: (schema, { schemaType }) =>
    schema instanceof z.ZodType ? fromContract(schema, schemaType) : undefined,
  operationIdFactory: (_controller, method) => method,
};

type Components = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Components that no route's schema contains: problems, maps, and the data of server-sent events. */
const REFERRED_COMPONENTS = {
  ...fromContract(problemSchema, 'output').components,
  ...fromContract(mapSchema, 'output').components,
  ...fromContract(
    z
      .object(eventSchemas)
      .meta({ id: 'JobEvents', description: 'The data of an event, by the name of the event' }),
    'output',
  ).components,
} as Components;

/** The OpenAPI 3.1 document of the application's routes. Every schema comes from the contracts. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Loci')
    .setDescription(
      'Spatial memory for video: a clip goes in, answers about the space come out. ' +
        'Errors are RFC 9457 problem documents with a stable `type`.',
    )
    .setVersion('0.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' }, 'key')
    .build();
  const document = SwaggerModule.createDocument(app, config, options);
  const schemas = { ...document.components?.schemas, ...REFERRED_COMPONENTS };
  return { ...document, components: { ...document.components, schemas } };
}
