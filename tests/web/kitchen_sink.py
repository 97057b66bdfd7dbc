"""One page with every component on it, at an address of its own. Used as ROOT_URLCONF by test_components."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from livinglab.widgets import CardRadio, Coordinate, Scale

PAGE = """
{% extends "base.html" %}
{% load i18n ui charts maps %}
{% block title %}모아 보기{% endblock %}
{% block breadcrumb %}<li aria-current="page">모아 보기</li>{% endblock %}
{% block content %}
  <div class="page-head"><div><p class="eyebrow">방범·방재</p><h1>밤길이 어두운 골목에 사람을 알아보는 가로등</h1></div>
  <p class="page-actions"><a class="button" href="#">{% icon "heart" %}공감하기</a></p></div>
  {% include "components/tabs.html" with tabs=tabs label="제안" %}
  <div class="with-aside"><div>
    <section class="section"><h2>단계</h2><div class="across">{% include "components/steps.html" %}</div></section>
    <section class="section"><h2>카드</h2><div class="grid"><article class="card card-link">
      <p class="card-meta"><span class="badge" data-stage="published">공개</span><span>{{ day|day }}</span></p>
      <h3 class="card-title"><a href="#">조치원 시장 주차장 빈자리 알림</a></h3>
      <div class="card-foot"><span>{% icon "chat" %} 의견 14</span></div></article></div></section>
    <section class="section"><h2>숫자</h2>
      <div class="figures">{% include "components/figure.html" with label="응답" value="130" unit="명" %}</div>
      {% interval_chart intervals thresholds title="이용하려는 사람" %}
      {% stacked_bar answers points title="문항별 응답" %}
      {% bar_chart bars title="지역별 제안" %}
      <p>71%</p>{% interval_bar 0.71 0.62 0.785 thresholds %}</section>
    <section class="section"><h2>의견</h2><article class="comment" data-kind="for">
      <p class="meta"><strong>밤골댁</strong><span class="badge badge-success">찬성</span></p>
      <div class="user-text">우리 동네에도 꼭 필요해요.</div></article>
      <div class="said-did"><blockquote class="said"><p>너무 늦게 켜져요.</p></blockquote>
      <div class="did"><p>감지 거리를 늘렸어요.</p></div></div></section>
    {% include "components/empty.html" with title="아직 제안이 없어요" url="#" action="제안하기" %}
    {% include "components/progress.html" with label="5개 가운데 3번째" value=3 max=5 %}
    {% include "components/pager.html" %}
    {% area_map areas selected=1 href="/?area={}" %}
    <form class="form" method="post" novalidate>{% csrf_token %}{{ form }}
      {% area_map areas picker="id_lat id_lon" table=False title="위치 고르기" %}
      <div class="actions"><button class="button">보내기</button></div></form>
  </div><aside class="aside"><div class="card card-soft"><h2>한눈에</h2>
    <dl class="facts"><div><dt>지역</dt><dd>도담동</dd></div></dl></div></aside></div>
{% endblock %}
"""
POINTS = ["전혀 아니다", "아니다", "보통이다", "그렇다", "매우 그렇다"]
SQUARE = [[127.24, 36.50], [127.28, 36.50], [127.28, 36.53], [127.24, 36.53], [127.24, 36.50]]
AREAS = [
    SimpleNamespace(
        pk=1,
        name="도담동",
        lat=36.515,
        lon=127.26,
        boundary={"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        value=3,
    ),
    SimpleNamespace(pk=2, name="산울동", lat=36.52, lon=127.31, boundary=None, value=0),
]
INTERVALS = [
    {"label": "이용하려는 사람", "estimate": 0.71, "low": 0.62, "high": 0.785, "n": 1130},
    {"label": "이동이 불편한 사람", "estimate": None, "low": None, "high": None, "n": 4, "reason": "너무 적어요."},
]


class Everything(forms.Form):
    title = forms.CharField(label="제목", help_text="한 문장으로 적어 주세요.", max_length=80)
    problem = forms.CharField(label="무엇이 불편한가요?", widget=forms.Textarea({"rows": 4}), required=False)
    area = forms.ChoiceField(label="지역", choices=[("", "고르세요"), ("1", "도담동")])
    level = forms.ChoiceField(label="단계", widget=CardRadio, choices=[("1", "알려 줌|언제 오는지 알려 줘요.")])
    sex = forms.ChoiceField(label="성별", widget=forms.RadioSelect, choices=[("f", "여성"), ("m", "남성")])
    use = forms.ChoiceField(
        label="앞으로도 이용할 것이다.",
        widget=Scale,
        choices=[*((str(number), words) for number, words in enumerate(POINTS, 1)), ("dk", "잘 모르겠다")],
    )
    lat = forms.FloatField(label="위도", widget=Coordinate(), required=False)
    lon = forms.FloatField(label="경도", widget=Coordinate(), required=False)
    agreed = forms.BooleanField(label="동의합니다.")


def everything(request: HttpRequest) -> HttpResponse:
    messages.success(request, "제안을 보냈어요.")
    context: dict[str, Any] = {
        "form": Everything(request.POST if request.method == "POST" else None),
        "tabs": [{"label": "내용", "url": "#", "current": True}, {"label": "의견", "url": "#c", "count": 14}],
        "steps": [{"label": "제안", "state": "done"}, {"label": "실증", "state": "current", "at": date(2027, 3, 1)}],
        "page": Paginator(range(400), 20).page(7),
        "day": date(2027, 3, 1),
        "intervals": INTERVALS,
        "thresholds": [(0.4, "폐지 기준"), (0.6, "확대 기준")],
        "answers": [{"label": "도움이 된다.", "counts": [6, 11, 28, 60, 25], "missing": 2}],
        "points": POINTS,
        "bars": [{"label": "도담동", "value": 128}, {"label": "조치원읍", "value": 64}],
        "areas": AREAS,
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("everything/", everything), path("", include("livinglab.urls"))]
