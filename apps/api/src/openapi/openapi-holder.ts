import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** Holds the document, which can be created only after the application and its routes. */
@Injectable()
export class OpenApiHolder {
  private current: OpenAPIObject | null = null;

  get document(): OpenAPIObject {
    if (this.current === null) throw new Error('The OpenAPI document is asked for before it was made');
    return this.current;
  }

  set document(document: OpenAPIObject) {
    this.current = document;
  }
}
