"""Conversions in PostgreSQL: durable, and shared by the replicas of an application."""

from __future__ import annotations

from .store import PostgresStore

__all__ = ["PostgresStore"]
