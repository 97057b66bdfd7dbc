from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Pages by cursor: stable while rows are added, as cheap deep down as at the top."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 100
