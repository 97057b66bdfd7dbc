"""The site's addresses and two bare views: the least that a page and a write can cost on this server."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from livinglab.accounts.models import Area
from livinglab.urls import urlpatterns as addresses_of_the_site


def one_query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Area.objects.values_list("name_ko", flat=True).first())


@csrf_exempt
def one_insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_row (at) VALUES (now())")
    return HttpResponse(status=204)


urlpatterns = [*addresses_of_the_site, path("bare/read/", one_query), path("bare/write/", one_insert)]
