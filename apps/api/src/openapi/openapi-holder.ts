import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** Holds the document, which can only be made once the application and its routes exist. */
@Injectable()
export class OpenApiHolder {
  private made: OpenAPIObject | null = null;

  get document(): OpenAPIObject {
    if (this.made === null) throw new Error('The OpenAPI document is asked for before it was made');
    return this.made;
  }

  set document(document: OpenAPIObject) {
    this.made = document;
  }
}
